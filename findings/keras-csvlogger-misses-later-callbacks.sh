#!/usr/bin/env bash
# keras 3.15.1: what a callback adds to the logs of an epoch, as ReduceLROnPlateau does with the learning rate, is in the file
# of CSVLogger only if CSVLogger stands behind it in the list; History has it in either order. And for every column there is
# one with val_ before its name, also for the learning rate, full of NA without validation. The documentation has neither.
# Seen with CSVLogger first: epoch, loss, val_loss / last: epoch, learning_rate, loss, val_learning_rate, val_loss
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2
cd "$folder"
HOME="$folder" KERAS_BACKEND=jax JAX_PLATFORMS=cpu "$folder/venv/bin/python" - <<'PYTHON'
import csv

import keras
import numpy as np


def columns(is_logger_first):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    callbacks = [keras.callbacks.CSVLogger("run.csv"), keras.callbacks.ReduceLROnPlateau("loss")]
    history = model.fit(
        np.ones((4, 1)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=callbacks[:: 1 if is_logger_first else -1]
    )
    assert "learning_rate" in history.history
    with open("run.csv") as file:
        return next(csv.reader(file))


first, last = columns(True), columns(False)
print("CSVLogger first", first, "/ last", last)
assert "learning_rate" not in first and {"learning_rate", "val_learning_rate"} <= set(last)
PYTHON
