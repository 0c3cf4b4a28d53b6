#!/usr/bin/env bash
# torch 2.13.0: AveragedModel keeps its averages in the type of the model. With get_ema_multi_avg_fn(0.999) an average of
# bfloat16 weights never moves, since a thousandth of the way is less than the distance to the next such number. The averaged
# model stays the one of the first update, whatever is trained. The documentation does not speak of types.
# Seen, an average of 1.0 after 5000 updates with weights of 1.5: bfloat16 1.0, float32 1.4967
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def average(dtype):
    model = torch.nn.Linear(1, 1, bias=False).to(dtype)
    model.weight.data.fill_(1)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.999))
    averaged.update_parameters(model)
    model.weight.data.fill_(1.5)
    for _ in range(5000):
        averaged.update_parameters(model)
    return averaged.module.weight.item()


half, full = average(torch.bfloat16), average(torch.float32)
print("bfloat16", half, "float32", full)
assert half == 1
assert abs(full - 1.4967) < 1e-3
PYTHON
