"""A GAN that learns a ring of eight points: two optimizers, and an update that only this file knows."""

from __future__ import annotations

import torch
from torch import nn

import overshoot


class Average:
    """A moving average of a model's weights, which a rewind has to bring back too."""

    def __init__(self, model: nn.Module, decay: float = 0.99) -> None:
        self.decay = decay
        self.weights = {name: value.clone() for name, value in model.state_dict().items()}

    def update(self, model: nn.Module) -> None:
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, 1 - self.decay)

    def state_dict(self) -> dict[str, torch.Tensor]:
        return self.weights

    def load_state_dict(self, state: dict[str, torch.Tensor]) -> None:
        self.weights = {name: value.clone() for name, value in state.items()}


def ring(count: int) -> torch.Tensor:
    """Points near eight places on a circle."""
    generator = torch.Generator().manual_seed(3)
    angles = torch.randint(8, (count,), generator=generator) * torch.pi / 4
    places = torch.stack([angles.cos(), angles.sin()], 1)
    return places + 0.05 * torch.randn(count, 2, generator=generator)


def build(
    seed: int, lr: float = 1e-3, beta1: float = 0.5, beta2: float = 0.99, eps: float = 1e-8, batch_size: int = 64
) -> overshoot.Training:
    """A generator and a discriminator.

    Parameters
    ----------
    lr : float
        Length of a step of both.
    beta1 : float
        Memory of Adam's mean gradient.
    beta2 : float
        Memory of Adam's denominator.
    eps : float
        Floor of Adam's denominator.
    batch_size : int
        Points in a mini-batch.
    """
    generator = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    discriminator = nn.Sequential(
        nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)
    )
    models = {"g": generator, "d": discriminator}
    optimizers = {
        name: torch.optim.Adam(model.parameters(), lr, betas=(beta1, beta2), eps=eps) for name, model in models.items()
    }
    average = Average(generator)
    softplus = nn.functional.softplus

    def step(batch: tuple[torch.Tensor]) -> dict[str, torch.Tensor]:
        (real,) = batch
        fake = generator(torch.randn(len(real), 8))
        d_loss = softplus(-discriminator(real)).mean() + softplus(discriminator(fake.detach())).mean()
        optimizers["d"].zero_grad()
        d_loss.backward()
        optimizers["d"].step()
        g_loss = softplus(-discriminator(fake)).mean()
        optimizers["g"].zero_grad()
        g_loss.backward()
        optimizers["g"].step()
        average.update(generator)
        return {"loss": d_loss, "g_loss": g_loss}

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(ring(2048)), batch_size, shuffle=True)
    return overshoot.Training(models, optimizers, loader, step=step, epochs=25, extra={"average": average})
