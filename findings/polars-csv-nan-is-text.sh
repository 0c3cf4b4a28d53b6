#!/usr/bin/env bash
# polars 2.1.0: read_csv takes a column of numbers for text when one of the lines from which it infers the types has
# "nan", which Python, NumPy and PyTorch write; "NaN" is taken for a number. Asked for Float64, it reads both.
# Seen: nan inferred String, NaN inferred Float64; asked for Float64 both are [0.5, nan, 0.4]
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import polars as pl

for word, expected in (("nan", pl.String), ("NaN", pl.Float64)):
    text = f"loss\n0.5\n{word}\n0.4\n".encode()
    inferred = pl.read_csv(io.BytesIO(text))["loss"]
    asked = pl.read_csv(io.BytesIO(text), schema_overrides={"loss": pl.Float64})["loss"]
    print(word, "inferred", inferred.dtype, "/ asked for", asked.dtype, asked.to_list())
    assert inferred.dtype == expected
    assert asked.dtype == pl.Float64 and asked.is_nan().to_list() == [False, True, False]
PYTHON
