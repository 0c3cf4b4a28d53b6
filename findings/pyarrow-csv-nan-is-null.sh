#!/usr/bin/env bash
# pyarrow 26.0.1: csv.read_csv reads nan and NaN as null, a missing value, so that the mean of a loss that diverged is a
# number and is_nan finds nothing; of whole numbers and nan it makes an integer column. It reads inf as a number, and
# json.read_json keeps NaN. null_values=[""] keeps it too. The documentation calls the defaults appropriate in most cases.
# Seen: [0.5, None, inf, 0.25], mean of 0.5 and nan 0.5; with null_values [0.5, nan, inf, 0.25]
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyarrow==26.0.1
"$folder/venv/bin/python" - <<'PYTHON'
import io
import math

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, json


def read(text, **options):
    return csv.read_csv(io.BytesIO(text), convert_options=csv.ConvertOptions(**options))["loss"]


text = b"step,loss\n0,0.5\n1,nan\n2,inf\n3,0.25\n"
values = read(text).to_pylist()
kept = read(text, null_values=[""]).to_pylist()
mean = pc.mean(read(b"step,loss\n0,0.5\n1,nan\n")).as_py()
whole = read(b"step,loss\n0,1\n1,nan\n").type
lines = json.read_json(io.BytesIO(b'{"loss": 0.5}\n{"loss": NaN}\n'))["loss"].to_pylist()
print(values, "mean", mean, "/ kept", kept, "/ whole numbers and nan", whole, "/ JSON", lines)
assert values == [0.5, None, math.inf, 0.25] and mean == 0.5 and whole == pa.int64()
assert math.isnan(kept[1]) and math.isnan(lines[1])
PYTHON
