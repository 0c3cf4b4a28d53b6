#!/usr/bin/env bash
# numpy 2.4.6: quantile and percentile are NaN when the value or its upper neighbour is infinite, even where the answer is one
# of the values: the median of five finite and four infinite losses is 5, the quantile 0.5 of them NaN. So the usual quartiles
# of a loss that overflowed are NaN, as if a NaN had been in it. pandas' quantile does the same, polars' does not;
# method="lower" is right. The documentation speaks of NaN in the data only.
# Seen for 1, 2, 3, 4, 5 and four times inf: median 5.0, quantile 0.5 nan, with method="lower" 5.0
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check numpy==2.4.6
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import numpy as np

losses = [1, 2, 3, 4, 5] + [np.inf] * 4
median, half, lower = np.median(losses), np.quantile(losses, 0.5), np.quantile(losses, 0.5, method="lower")
between = np.quantile(losses, 0.75)
print("median", median, "quantile 0.5", half, "lower", lower, "/ quantile 0.75", between)
assert median == lower == 5
assert np.isnan(half) and np.isnan(between)
PYTHON
