#!/usr/bin/env bash
# polars 2.1.0: median, quantile and rolling_median count NaN as the largest number, while mean is NaN and max leaves NaN
# out. So the median of a loss that was NaN at times is a plausible number that is too high, up to the largest of all.
# drop_nans first gives the median of the rest. The documentation says that NaN sorts last, but not for the median.
# Seen for 1, NaN, 3: median 3.0, rolling median 3.0, mean nan, max 3.0, without NaN 2.0
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check polars==2.1.0
"$folder/venv/bin/python" - <<'PYTHON'
import math

import polars as pl

loss = pl.Series([1.0, math.nan, 3.0])
rolling = loss.rolling_median(3)[-1]
rest = loss.drop_nans().median()
print("median", loss.median(), "rolling", rolling, "mean", loss.mean(), "max", loss.max(), "/ without NaN", rest)
assert loss.median() == rolling == loss.max() == 3
assert math.isnan(loss.mean()) and rest == 2
PYTHON
