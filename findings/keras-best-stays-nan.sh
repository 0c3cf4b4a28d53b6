#!/usr/bin/env bash
# keras 3.15.1: EarlyStopping and ModelCheckpoint(save_best_only=True) take the first value for the best, NaN too, and nothing
# is better than NaN after that. A metric that is NaN in the first epoch only, such as a ratio to a count of zero, stops a run
# that gets better, and the checkpoint of the best epoch remains that of the first. The documentation does not speak of NaN.
# Seen for nan, 1.0, 0.5, 0.4, 0.3 with patience=2: stopped after 3 epochs, best nan, only the first epoch saved
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2
cd "$folder"
HOME="$folder" KERAS_BACKEND=jax JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PYTHON'
import math
from pathlib import Path

import keras
import numpy as np


def train(values):
    class Measure(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["measured"] = values[epoch]

    for path in Path().glob("*.keras"):
        path.unlink()
    stopping = keras.callbacks.EarlyStopping("measured", mode="min", patience=2)
    saving = keras.callbacks.ModelCheckpoint("{epoch}.keras", "measured", mode="min", save_best_only=True)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = np.ones((2, 1))
    history = model.fit(data, data, epochs=5, verbose=0, callbacks=[Measure(), stopping, saving])
    return len(history.epoch), stopping.best, sorted(int(path.stem) for path in Path().glob("*.keras"))


first, other = train([math.nan, 1.0, 0.5, 0.4, 0.3]), train([2.0, 1.0, 0.5, 0.4, 0.3])
print("epochs, best, saved: NaN first", first, "/ number first", other)
assert first[0] == 3 and math.isnan(first[1]) and first[2] == [1]
assert other == (5, 0.3, [1, 2, 3, 4, 5])
PYTHON
