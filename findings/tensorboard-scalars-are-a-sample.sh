#!/usr/bin/env bash
# tensorboard 2.21.0: EventAccumulator(folder) keeps a random sample of 10 000 scalars a tag, so Scalars(tag) of a longer
# run returns neither all values nor every k-th one, and says nothing of it: a spike of one step is often missing.
# size_guidance={"scalars": 0} keeps all.
# Seen: 20000 written, 10000 read at uneven steps; with size_guidance 20000
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check "tensorboard==2.21.0" "numpy==2.4.6"
"$folder/venv/bin/python" - <<'PYTHON'
import tempfile

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter

with tempfile.TemporaryDirectory() as folder:
    writer = EventFileWriter(folder)
    for step in range(20_000):
        value = Summary.Value(tag="loss", simple_value=step)
        writer.add_event(Event(step=step, wall_time=step, summary=Summary(value=[value])))
    writer.close()
    read = []
    for guidance in (None, {"scalars": 0}):
        events = EventAccumulator(folder, size_guidance=guidance)
        events.Reload()
        read.append(np.array([event.step for event in events.Scalars("loss")]))
sample, everything = read
print("20000 written,", len(sample), "read at steps", sample[:5], "...; with size_guidance", len(everything))
assert len(sample) == 10_000 and len(np.unique(np.diff(sample))) > 2
assert len(everything) == 20_000
PYTHON
