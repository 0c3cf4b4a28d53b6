#!/usr/bin/env bash
# ray 2.60.0: the event file of a Tune trial leaves out values that are not numbers, so a run that diverged seems to end
# early and healthy in TensorBoard; result.json and progress.csv beside it have them.
# Seen: 4 results, 4 in result.json, 2 in the event file
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "ray[tune]==2.60.0" tensorboardX==2.6.5 \
    tensorboard==2.21.0
RAY_USAGE_STATS_ENABLED=0 FOLDER="$folder" "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import json
import os
from pathlib import Path

from ray import tune
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator


def train(config):
    for value in (1.0, 0.5, float("nan"), float("nan")):
        tune.report({"loss": value})


settings = tune.RunConfig(storage_path=os.environ["FOLDER"], name="e", verbose=0)
tune.Tuner(train, run_config=settings).fit()
(trial,) = Path(os.environ["FOLDER"], "e").glob("train_*")
results = [json.loads(line)["loss"] for line in (trial / "result.json").read_text().splitlines()]
events = EventAccumulator(str(trial), size_guidance={"scalars": 0})
events.Reload()
drawn = [event.value for event in events.Scalars("ray/tune/loss")]
print(results, drawn)
assert len(results) == 4 and drawn == [1.0, 0.5]
PYTHON
