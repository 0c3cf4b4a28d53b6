#!/usr/bin/env bash
# tensorboardX 2.6.5: add_scalar writes "_" for every character of a tag but letters, digits, "-", "/", "_" and ".". Two
# metrics that differ in others only become one tag with both values at every step, and "acc@1" is not found under its name.
# It says so in a log message of level INFO only. The SummaryWriter of torch, with the same methods, keeps tags as they are.
# Seen for the tags "loss (train)", "loss [train]" and "acc@1": loss__train_ with two values at one step, and acc_1
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check tensorboardX==2.6.5 tensorboard==2.21.0 \
    numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboardX import SummaryWriter

with SummaryWriter("run") as writer:
    for value, tag in enumerate(("loss (train)", "loss [train]", "acc@1")):
        writer.add_scalar(tag, value, 7)
events = EventAccumulator("run")
events.Reload()
read = {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
print(read)
assert read == {"loss__train_": [(7, 0), (7, 1)], "acc_1": [(7, 2)]}
PYTHON
