#!/usr/bin/env bash
# pandas 3.1.1: rolling, expanding and ewm take infinity for a missing value. So a smoothed loss that was infinite for a step
# shows nothing of it (with min_periods=1, as one smooths from the first step on), the running maximum stays finite, and an
# apply with one's own function is not even called there. cummax and mean keep infinity, and polars' windows do.
# Seen for 1, 2, inf, 3: expanding maximum [1, 2, 2, 3], cummax [1, 2, inf, inf]
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import math

import pandas as pd

loss = pd.Series([1, 2, math.inf, 3])
running = loss.expanding().max().tolist()
cumulated = loss.cummax().tolist()
smooth = loss.rolling(2, min_periods=1).mean().tolist()
averages = loss.ewm(alpha=0.5).mean()
print("expanding maximum", running, "cummax", cumulated, "rolling mean", smooth, "mean", loss.mean())
assert running == [1, 2, 2, 3] and cumulated == [1, 2, math.inf, math.inf]
assert smooth == [1, 1.5, 2, 3] and loss.mean() == math.inf
assert averages.max() <= 3
PYTHON
