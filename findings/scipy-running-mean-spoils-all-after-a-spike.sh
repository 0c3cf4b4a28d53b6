#!/usr/bin/env bash
# scipy 1.17.1: ndimage.uniform_filter1d adds the value that enters its window and takes off the one that leaves it, over the
# whole array. So one NaN or infinity makes every later mean NaN, and after a spike of 1e17 every later mean of ones is 0.
# The documentation says nothing of it. pandas' and polars' rolling means are right again after the window.
# Seen, the means of three ones long after the value: nan -> nan, inf -> nan, 1e17 -> 0.0, 1e9 -> 1.0
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
from scipy.ndimage import uniform_filter1d

last = {}
for value in (np.nan, np.inf, 1e17, 1e9):
    losses = np.ones(100)
    losses[10] = value
    means = uniform_filter1d(losses, 3)
    assert (means[:9] == 1).all() and np.array_equal(means[12:], np.full(88, means[-1]), equal_nan=True)
    last[value] = float(means[-1])
    print(value, "->", last[value])
assert np.isnan(list(last.values())[:2]).all() and last[1e17] == 0 and abs(last[1e9] - 1) < 1e-6
PYTHON
