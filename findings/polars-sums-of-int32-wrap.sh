#!/usr/bin/env bash
# polars 2.1.0: sum of an Int32 or UInt32 column stays in that type and wraps around without a word, though sum of the smaller
# types is an Int64. Token counts in 32 bits, the whole numbers of JAX, add up to something negative; pandas and NumPy add
# them up in 64 bits. The documentation names the types that are widened, not that the others wrap. cast(pl.Int64) helps.
# Seen, three times 10**9: Int32 -1294967296, cast to Int64 3000000000; 200 + 100 as UInt8 300
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import polars as pl

tokens = pl.Series([10**9] * 3, dtype=pl.Int32)
unsigned = pl.Series([4 * 10**9, 10**9], dtype=pl.UInt32).sum()
small = pl.Series([200, 100], dtype=pl.UInt8).sum()
print("Int32", tokens.sum(), "cast", tokens.cast(pl.Int64).sum(), "UInt32", unsigned, "UInt8", small)
assert tokens.sum() == 3 * 10**9 - 2**32 and tokens.cast(pl.Int64).sum() == 3 * 10**9
assert unsigned == 5 * 10**9 - 2**32 and small == 300
PYTHON
