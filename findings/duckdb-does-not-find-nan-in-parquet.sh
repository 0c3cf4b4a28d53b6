#!/usr/bin/env bash
# duckdb 2.0.1 with files of pyarrow 26.0.1: the statistics in a Parquet file leave NaN out, and duckdb skips what they
# exclude. So `WHERE isnan(loss)` finds nothing in a run that diverged, `loss > 5` misses the NaN, which duckdb takes for the
# largest number, and max(loss) is finite. The same queries find it in memory and in files that duckdb wrote.
# Seen for 1, NaN, 3: from the file 0 rows and 0 rows, max 3.0; in memory 1 row and 1 row, max nan
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check duckdb==2.0.1 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import math

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

memory = pa.table({"step": [0, 1, 2], "loss": [1.0, math.nan, 3.0]})
pq.write_table(memory, "run.parquet")
duckdb.sql("COPY memory TO 'own.parquet'")
found = {}
for place in ("'run.parquet'", "'own.parquet'", "memory"):
    rows = [len(duckdb.sql(f"SELECT * FROM {place} WHERE {what}").fetchall()) for what in ("isnan(loss)", "loss > 5")]
    highest = duckdb.sql(f"SELECT max(loss) FROM {place}").fetchall()[0][0]
    found[place] = *rows, highest
    print(place, "rows with isnan(loss)", rows[0], "with loss > 5", rows[1], "max", highest)
assert found["'run.parquet'"] == (0, 0, 3)
assert all(found[place][:2] == (1, 1) and math.isnan(found[place][2]) for place in ("'own.parquet'", "memory"))
PYTHON
