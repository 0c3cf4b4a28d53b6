#!/usr/bin/env bash
# orbax-checkpoint 0.12.8: CheckpointManager.save does nothing for a step below the latest one that it has, and only returns
# False. After a run is rewound to an earlier checkpoint, nothing is saved until it is past its old end, and a restore of the
# latest step then brings back the abandoned branch. force=True saves. The documentation of save names only the intervals.
# Seen: saved 5 and 10, restored 5; save(6) False, all steps [5, 10], restored again: the weights of 10
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check orbax-checkpoint==0.12.8 jax==0.10.2
JAX_PLATFORMS=cpu FOLDER="$folder/run" "$folder/venv/bin/python" - 2>/dev/null <<'PYTHON'
import os

import numpy as np
import orbax.checkpoint as ocp

manager = ocp.CheckpointManager(os.environ["FOLDER"])


def save(step, **options):
    is_saved = manager.save(step, args=ocp.args.StandardSave({"weights": np.full(2, float(step))}), **options)
    manager.wait_until_finished()
    return is_saved


assert save(5) and save(10)
manager.restore(5)
is_saved = save(6)
steps = list(manager.all_steps())
latest = manager.restore(manager.latest_step())["weights"].tolist()
print("save(6)", is_saved, "all steps", steps, "the latest", latest)
assert not is_saved and steps == [5, 10] and latest == [10, 10]
assert save(7, force=True) and 7 in manager.all_steps()
PYTHON
