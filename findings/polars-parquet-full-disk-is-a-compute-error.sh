#!/usr/bin/env bash
# polars 2.1.0: on a full disk DataFrame.write_csv raises OSError, DataFrame.write_parquet raises ComputeError, so that
# `except OSError` around a write misses it; a missing folder is an OSError with both.
# Seen with files limited to 48 KiB by the system, which writes report as EFBIG as a full disk does ENOSPC.
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import random
import resource

import polars as pl

frame = pl.DataFrame({"loss": [random.random() for _ in range(100_000)]})


def raised(write, path):
    try:
        write(path)
    except Exception as error:
        return error
    return None


missing = [raised(write, "nowhere/run") for write in (frame.write_csv, frame.write_parquet)]
assert all(isinstance(error, OSError) for error in missing), missing
resource.setrlimit(resource.RLIMIT_FSIZE, (48 * 1024, resource.RLIM_INFINITY))
full = [raised(write, "run") for write in (frame.write_csv, frame.write_parquet)]
print([type(error).__name__ for error in full])
assert isinstance(full[0], OSError), full
assert isinstance(full[1], pl.exceptions.ComputeError) and not isinstance(full[1], OSError), full
PYTHON
