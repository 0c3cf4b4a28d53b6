#!/usr/bin/env bash
# stable-baselines3 2.9.2: configure(folder, ["csv", "json"]), as one calls it again to go on with a run, opens progress.csv
# and progress.json anew: what the first part of the run logged is gone, without a warning. The event files of "tensorboard"
# in the same folder add up. The documentation of configure does not say so.
# Seen, steps in progress.csv after logging 0 to 2 and, configured again, 3: only 3
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check stable-baselines3==2.9.2 gymnasium==1.4.0 \
    torch==2.13.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import csv

from stable_baselines3.common.logger import configure

for steps in ((0, 1, 2), (3,)):
    logger = configure("run", ["csv", "json"])
    for step in steps:
        logger.record("step", step)
        logger.record("train/loss", 1.0)
        logger.dump(step)
    logger.close()
with open("run/progress.csv") as file:
    rows = [int(row["step"]) for row in csv.DictReader(file)]
with open("run/progress.json") as file:
    lines = len(file.readlines())
print("steps in progress.csv", rows, "lines in progress.json", lines)
assert rows == [3] and lines == 1
PYTHON
