#!/usr/bin/env bash
# wandb 0.31.0: define_metric("loss", summary="min") is NaN from the first NaN on, and so are max and mean. A run in which one
# step was NaN has no best loss in its summary, so that a table or a sweep that sorts by it does not see the run.
# The documentation of define_metric does not speak of NaN. Infinity is compared as one expects.
# Seen for 1.0, nan, 0.5: min nan, max nan, last 0.5
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check wandb==0.31.0
cd "$folder"
HOME="$folder" WANDB_MODE=offline WANDB_SILENT=true "$folder/venv/bin/python" - <<'PYTHON'
import math

import wandb

summaries = []
for values in ((1.0, math.nan, 0.5), (1.0, math.inf, 0.5)):
    with wandb.init(project="p") as run:
        run.define_metric("loss", summary="min,max,last")
        for loss in values:
            run.log({"loss": loss})
        summary = {name: float(run.summary["loss"][name]) for name in ("min", "max", "last")}
    print(values, summary)
    summaries.append(summary)
with_nan, with_infinity = summaries
assert math.isnan(with_nan["min"]) and math.isnan(with_nan["max"]) and with_nan["last"] == 0.5
assert with_infinity == {"min": 0.5, "max": math.inf, "last": 0.5}
PYTHON
