#!/usr/bin/env bash
# torch 2.13.0: an optimizer keeps the very tensors of the state that it is given. One would guess that it copies them, as
# Module.load_state_dict does; but the next step writes into them, so that a checkpoint held in memory is another one
# after it was loaded and trained on, and a second rewind to it goes elsewhere.
# Seen:  module: copied
#        optimizer: written into
# Exits with 1 if an optimizer copies them, or a module does not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q torch==2.13.0 numpy==2.3.5
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import torch


def train(model, optimizer):
    optimizer.zero_grad()
    model(torch.ones(1, 3)).sum().backward()
    optimizer.step()


model = torch.nn.Linear(3, 1)
first = torch.optim.Adam(model.parameters(), 0.1)
train(model, first)
weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
state = first.state_dict()
state["state"] = {key: {name: value.clone() for name, value in one.items()} for key, one in state["state"].items()}
weight_before, moment_before = weights["weight"].clone(), state["state"][0]["exp_avg"].clone()

second = torch.optim.Adam(model.parameters(), 0.1)
model.load_state_dict(weights)
second.load_state_dict(state)
train(model, second)
is_copied = torch.equal(weights["weight"], weight_before)
is_written = not torch.equal(state["state"][0]["exp_avg"], moment_before)
print("module:", "copied" if is_copied else "written into")
print("optimizer:", "written into" if is_written else "copied")
sys.exit(0 if is_copied and is_written else 1)
PYTHON
