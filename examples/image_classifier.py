"""Images of eight noisy patterns, augmented with random numbers from torch, numpy and Python.

``overshoot prove image_classifier.py --set lr=0.1@60`` shows what a rate does that is two hundred times as large.
"""

from __future__ import annotations

import random

import numpy as np
import torch
from torch import nn

import overshoot

SIZE, CLASSES = 12, 8


class Patterns(torch.utils.data.Dataset):
    """Stripes of eight directions with noise; each time shifted, dimmed and mirrored at random."""

    def __init__(self, count: int) -> None:
        generator = torch.Generator().manual_seed(11)
        self.targets = torch.arange(count) * CLASSES // count  # in the order of the classes, as a folder of images is
        angles = self.targets * torch.pi / CLASSES
        y, x = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
        waves = torch.sin(1.3 * (x * torch.cos(angles)[:, None, None] + y * torch.sin(angles)[:, None, None]))
        self.images = waves + 1.0 * torch.randn(count, SIZE, SIZE, generator=generator)

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        image = self.images[i].roll(random.randrange(3), 0)
        image = image * float(np.random.uniform(0.8, 1.2)) + 1.0 * torch.randn(SIZE, SIZE)  # noqa: NPY002
        return image[None], self.targets[i]


def build(
    seed: int,
    lr: float = 5e-4,
    beta2: float = 0.999,
    eps: float = 1e-8,
    batch_size: int = 96,
    clip_norm: float = 5.0,
    workers: int = 0,
    persistent: bool = False,
) -> overshoot.Training:
    """A small convolutional network.

    Parameters
    ----------
    lr : float
        Length of a step.
    beta2 : float
        Memory of Adam's denominator.
    eps : float
        Floor of Adam's denominator.
    batch_size : int
        Images in a mini-batch.
    clip_norm : float
        Largest norm of the gradient.
    workers : int
        Processes that load images.
    persistent : bool
        Whether they outlive an epoch.
    """
    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(16 * (SIZE // 2) ** 2, CLASSES),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr, betas=(0.9, beta2), eps=eps)
    loader = torch.utils.data.DataLoader(
        Patterns(1920), batch_size, shuffle=True, num_workers=workers, persistent_workers=persistent and workers > 0
    )

    def loss(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        images, targets = batch
        outputs = model(images)
        right = (outputs.argmax(1) == targets).float()
        return {"loss": nn.functional.cross_entropy(outputs, targets), "accuracy": right.mean()}

    return overshoot.Training(model, optimizer, loader, loss, clip_norm=clip_norm, epochs=6)
