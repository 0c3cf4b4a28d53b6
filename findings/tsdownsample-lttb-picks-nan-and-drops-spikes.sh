#!/usr/bin/env bash
# tsdownsample 0.1.5.1: LTTBDownsampler stands in the table of its documentation among those that leave NaN out, but it picks
# the NaN of a bin, and a spike in that bin is not in the result; of a series with a number at every 100th step and NaN
# between, nearly all that it picks is NaN. MinMaxLTTBDownsampler and MinMaxDownsampler keep the spike.
# Seen, highest value picked of 9: LTTB 1.0, MinMaxLTTB 9.0, MinMax 9.0; numbers among 100 points of the sparse series: LTTB 2
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tsdownsample==0.1.5.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import tsdownsample

spike = np.ones(10_000)
spike[5000], spike[5003] = np.nan, 9
sparse = np.full(10_000, np.nan)
sparse[::100] = 1
highest = {}
for name in ("LTTB", "MinMaxLTTB", "MinMax"):
    downsampler = getattr(tsdownsample, name + "Downsampler")()
    picked = spike[downsampler.downsample(spike, n_out=100)]
    numbers = np.isfinite(sparse[downsampler.downsample(sparse, n_out=100)]).sum()
    highest[name] = np.nanmax(picked)
    print(name, "highest", highest[name], "NaN picked", np.isnan(picked).sum(), "numbers of the sparse series", numbers)
    if name == "LTTB":
        assert np.isnan(picked).any() and numbers < 10
assert highest == {"LTTB": 1, "MinMaxLTTB": 9, "MinMax": 9}
PYTHON
