#!/usr/bin/env bash
# pyqtgraph 0.14.0: downsampling with the method "peak" draws the minimum and the maximum of each group of points, and both
# are NaN when one of the points is. So a spike beside a NaN is not drawn, and of a series that has a number at every 100th
# step and NaN between, as a validation loss in a table has, nothing at all. It comes back when one zooms in.
# The documentation says that NaN breaks the line. Leaving NaN out before setData helps.
# Seen: highest point drawn 1.0 instead of 100.0; 0 of 1000 numbers drawn
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyqtgraph==0.14.0 PySide6-Essentials==6.11.3 \
    numpy==2.4.6
QT_QPA_PLATFORM=offscreen "$folder/venv/bin/python" - <<'PYTHON'
import numpy as np
import pyqtgraph as pg

app = pg.mkQApp()


def drawn(values):
    item = pg.PlotDataItem(np.arange(len(values)), values)
    item.setDownsampling(ds=50, auto=False, method="peak")
    return item.getData()[1]


spike = np.ones(100_000)
spike[50_000:50_002] = np.nan, 100
sparse = np.full(100_000, np.nan)
sparse[::100] = 1
highest = np.nanmax(drawn(spike))
count = np.isfinite(drawn(sparse)).sum()
print("highest point drawn", highest, "of", np.nanmax(spike))
print(count, "of", np.isfinite(sparse).sum(), "numbers drawn")
assert highest == 1
assert count == 0
PYTHON
