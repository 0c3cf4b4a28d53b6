#!/usr/bin/env bash
# torch 2.13.0: a scheduler's state holds its settings too, and load_state_dict sets them. A run that is resumed to train for
# longer, with CosineAnnealingLR(optimizer, T_max=20) and the state of T_max=10, goes on with 10: its learning rate is 0 at
# the step where it resumes and then climbs to its peak, where one expects the second half of the long curve.
# The documentation says that the state has every attribute, not that it overrules what the constructor was given.
# Seen, T_max 10 after loading; learning rates from step 10 on: 0.0, 0.024, 0.095, ... 0.976 at step 19
# Exits with another code than 0 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import torch


def start(length):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    return optimizer, torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=length)


def train(optimizer, scheduler):
    rates = []
    for _ in range(10):
        rates.append(round(optimizer.param_groups[0]["lr"], 3))
        optimizer.step()
        scheduler.step()
    return rates


short = start(10)
train(*short)
longer = start(20)
for new, old in zip(longer, short):
    new.load_state_dict(old.state_dict())
rates = train(*longer)
print("T_max", longer[1].T_max, "learning rates", rates)
assert longer[1].T_max == 10
assert rates[0] == 0 and rates == sorted(rates) and rates[-1] > 0.97
PYTHON
