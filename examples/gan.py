"""A GAN that learns a ring of eight points: two optimizers, and an update that only this file knows.

Its two losses say little, so the loss is the distance of the averaged generator's points from the ring.
``overshoot prove gan.py --set lr=0.1@200`` shows what a rate does that is a hundred times as large.
"""

from __future__ import annotations

import copy

import torch
from torch import nn

import overshoot


class Average:
    """A model with the moving average of another one's weights, which a rewind has to bring back too."""

    def __init__(self, model: nn.Module, decay: float = 0.95) -> None:
        self.model, self.decay = copy.deepcopy(model).requires_grad_(False), decay

    def update(self, model: nn.Module) -> None:
        for own, value in zip(self.model.parameters(), model.parameters(), strict=True):
            own.lerp_(value, 1 - self.decay)

    def state_dict(self) -> dict[str, torch.Tensor]:
        return self.model.state_dict()

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        self.model.load_state_dict(state)


def ring(count: int) -> torch.Tensor:
    """Points near eight places on a circle."""
    generator = torch.Generator().manual_seed(3)
    angles = torch.randint(8, (count,), generator=generator) * torch.pi / 4
    places = torch.stack([angles.cos(), angles.sin()], 1)
    return places + 0.05 * torch.randn(count, 2, generator=generator)


def distance(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The energy distance of two clouds of points, 0 if both are drawn from the same places."""
    return 2 * torch.cdist(one, other).mean() - torch.cdist(one, one).mean() - torch.cdist(other, other).mean()


def build(
    seed: int,
    lr: float = 1e-3,
    beta1: float = 0.5,
    beta2: float = 0.99,
    eps: float = 1e-8,
    penalty: float = 0.5,
    batch_size: int = 256,
) -> overshoot.Training:
    """A generator and a discriminator.

    Parameters
    ----------
    lr : float
        Length of a step of the generator; that of the discriminator is twice as long.
    beta1 : float
        Memory of Adam's mean gradient.
    beta2 : float
        Memory of Adam's denominator.
    eps : float
        Floor of Adam's denominator.
    penalty : float
        Weight of the discriminator's slope at the real points in its loss.
    batch_size : int
        Points in a mini-batch.
    """
    generator = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    discriminator = nn.Sequential(
        nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)
    )
    models = {"g": generator, "d": discriminator}
    optimizers = {
        name: torch.optim.Adam(model.parameters(), rate, (beta1, beta2), eps)
        for (name, model), rate in zip(models.items(), (lr, 2 * lr), strict=True)
    }
    average = Average(generator)
    noise, places = torch.randn(256, 8), ring(256)
    softplus = nn.functional.softplus

    def slope(real: torch.Tensor) -> torch.Tensor:
        real = real.clone().requires_grad_()
        (found,) = torch.autograd.grad(discriminator(real).sum(), real, create_graph=True)
        return found.square().sum(1).mean()

    def step(batch: tuple[torch.Tensor]) -> dict[str, torch.Tensor]:
        (real,) = batch
        fake = generator(torch.randn(len(real), 8))
        d_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
        optimizers["d"].zero_grad()
        (d_loss + penalty * slope(real)).backward()
        optimizers["d"].step()
        g_loss = softplus(-discriminator(fake)).mean()
        optimizers["g"].zero_grad()
        g_loss.backward()
        optimizers["g"].step()
        average.update(generator)
        return {"loss": distance(average.model(noise), places), "d_loss": d_loss, "g_loss": g_loss}

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(ring(2048)), batch_size, shuffle=True)
    return overshoot.Training(models, optimizers, loader, step=step, epochs=50, extra={"average": average})
