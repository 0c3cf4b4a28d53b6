#!/usr/bin/env bash
# polars 2.1.0: write_ndjson writes NaN and infinity as null, so what training produced cannot be told from a missing
# value afterwards; write_csv keeps them.
# Seen: {"loss":null} for nan and inf; CSV NaN, inf
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import polars as pl

frame = pl.DataFrame({"loss": [0.5, float("nan"), float("inf")]})
lines, table = frame.write_ndjson(), frame.write_csv()
print(lines, table, sep="")
assert lines == '{"loss":0.5}\n{"loss":null}\n{"loss":null}\n'
assert table == "loss\n0.5\nNaN\ninf\n"
PYTHON
