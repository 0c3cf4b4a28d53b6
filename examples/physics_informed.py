"""A network that solves u″ = −u with u(0) = 0 and u′(0) = 1: its loss has its own derivatives in it.

``overshoot prove physics_informed.py --set beta2=0.1@300`` shows what a short memory of the denominator does.
"""

from __future__ import annotations

import math

import torch
from torch import nn

import overshoot

STEPS = 800


def build(
    seed: int,
    lr: float = 3e-3,
    warmup: int = 20,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    points: int = 64,
) -> overshoot.Training:
    """A network with two layers of tanh, on all points in each step.

    Parameters
    ----------
    lr : float
        Largest learning rate.
    warmup : int
        Steps in which the rate rises; it falls afterwards.
    beta1 : float
        Memory of Adam's mean gradient.
    beta2 : float
        Memory of Adam's denominator.
    eps : float
        Floor of Adam's denominator.
    points : int
        Places at which the equation is asked for.
    """
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr, betas=(beta1, beta2), eps=eps)

    def rate(step: int) -> float:
        return min(1.0, (step + 1) / max(1, warmup)) * (0.05 + 0.475 * (1 + math.cos(math.pi * step / STEPS)))

    places = torch.linspace(0, 6, points)[:, None]

    def loss(model: nn.Module, batch: torch.Tensor) -> torch.Tensor:
        with torch.enable_grad():
            x = batch.clone().requires_grad_()
            u = model(x)
            (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
            (bend,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
            start = u[0].square() + (slope[0] - 1).square()
            return (bend + u).square().mean() + start.sum()

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    return overshoot.Training(model, optimizer, [places], loss, schedulers=schedule, epochs=STEPS)
