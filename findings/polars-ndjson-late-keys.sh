#!/usr/bin/env bash
# polars 2.1.0: read_ndjson takes the columns from the first 100 lines. A key that first occurs later is dropped without
# an error or a warning, such as the validation loss of a log that validates every 200 steps. infer_schema_length=None
# reads all lines first and keeps it. (A value that does not fit a column's type, in contrast, is an error.)
# Seen: 100 lines ['step', 'loss'] / all lines ['step', 'loss', 'val_loss']
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import io

import polars as pl

rows = [b'{"step": %d, "loss": 0.5}' % step for step in range(150)]
rows.append(b'{"step": 150, "loss": 0.4, "val_loss": 0.6}')
text = b"\n".join(rows)
first = pl.read_ndjson(io.BytesIO(text)).columns
everything = pl.read_ndjson(io.BytesIO(text), infer_schema_length=None).columns
print("100 lines", first, "/ all lines", everything)
assert first == ["step", "loss"]
assert everything == ["step", "loss", "val_loss"]
PYTHON
