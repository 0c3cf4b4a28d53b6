"""A plain loop that is watched with three lines; its command can be run again for a proof."""

from __future__ import annotations

import sys

import torch
from torch import nn

import overshoot

lr = float(sys.argv[1]) if len(sys.argv) > 1 else 0.003
late = float(sys.argv[2]) if len(sys.argv) > 2 else 0.5  # the rate from step 300 on, by mistake
torch.manual_seed(0)
generator = torch.Generator().manual_seed(5)
inputs = torch.randn(512, 20, generator=generator)
targets = (inputs[:, :5].sum(1) > 0).long()
model = nn.Sequential(nn.Linear(20, 64), nn.Tanh(), nn.Linear(64, 2))
optimizer = torch.optim.Adam(model.parameters(), lr)

run = overshoot.watch(model, optimizer)
for step in range(600):
    if step == 300:
        optimizer.param_groups[0]["lr"] = late
    at = torch.randint(512, (32,))
    loss = nn.functional.cross_entropy(model(inputs[at]), targets[at])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    run.log(loss=loss)
