#!/usr/bin/env bash
# duckdb 2.0.1: it takes the types of a CSV or JSON Lines file from its first 20 480 rows. A column of whole numbers there,
# such as the accuracy of a model that learns nothing yet or a coefficient that is 0 in the warm-up, is BIGINT, and the
# decimals that follow are rounded without an error or a warning: 0.4 reads as 0. sample_size=-1 looks at all rows.
# Seen: the last of 30 001 values, 0.4, is 0 from both formats; with sample_size=-1 0.4
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check duckdb==2.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import duckdb

values = [0] * 30_000 + [0.4]
Path("run.csv").write_text("step,accuracy\n" + "".join(f"{step},{value}\n" for step, value in enumerate(values)))
lines = (f'{{"step": {step}, "accuracy": {value}}}\n' for step, value in enumerate(values))
Path("run.jsonl").write_text("".join(lines))
for call in ("read_csv('run.csv'{})", "read_json('run.jsonl'{})"):
    last = []
    for options in ("", ", sample_size=-1"):
        query = f"SELECT accuracy FROM {call.format(options)} ORDER BY step DESC LIMIT 1"
        last.append(duckdb.sql(query).fetchall()[0][0])
    print(call.format(""), "last value", last[0], "/ with sample_size=-1", last[1])
    assert last == [0, 0.4]
PYTHON
