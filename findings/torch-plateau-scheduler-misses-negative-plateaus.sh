#!/usr/bin/env bash
# torch 2.13.0: ReduceLROnPlateau never reduces the learning rate while a negative loss (a log-likelihood, an ELBO) stands
# still. A value is an improvement if it is below best * (1 - threshold), which lies above a negative best: standing still
# counts as progress, and so does slow worsening. threshold_mode="abs" works. The documentation has the formula, not this.
# Seen, learning rates after 30 equal losses: +1.0 relative 1e-08, -1.0 relative 0.1, -1.0 absolute 1e-08
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch


def rate(losses, mode):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=2, threshold_mode=mode)
    for loss in losses:
        scheduler.step(loss)
    return optimizer.param_groups[0]["lr"]


for loss, mode, is_reduced in ((1.0, "rel", True), (-1.0, "rel", False), (-1.0, "abs", True)):
    last = rate([loss] * 30, mode)
    print(f"{loss:+} {mode}: {last:.3g}")
    assert (last < 1e-7) is is_reduced and (is_reduced or last == 0.1)
worsening = rate([-1000 + 0.05 * epoch for epoch in range(30)], "rel")
print(f"-1000, rising by 0.05 an epoch: {worsening:.3g}")
assert worsening == 0.1
PYTHON
