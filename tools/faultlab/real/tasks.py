"""What is trained: a layered network, a convolutional and a recurrent one, on data sets of scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn

NETS = ("mlp", "cnn", "gru")
HELD = 0.25  # of the samples, for validation
MOST_HELD = 200
SEQUENCE = 16  # characters


@dataclass
class Task:
    """A network with its data.

    Attributes
    ----------
    train, held : tuple of Tensor
        Inputs and targets.
    loss : function
        Of outputs and targets.
    """

    net: nn.Module
    train: tuple[Tensor, Tensor]
    held: tuple[Tensor, Tensor]
    loss: Callable[[Tensor, Tensor], Tensor]

    @property
    def has_classes(self) -> bool:
        return not self.train[1].dtype.is_floating_point


@dataclass
class Build:
    """How a network is built, where a fault changes it."""

    depth: int = 2
    width: int = 32
    dropout: float = 0.0
    activation: type[nn.Module] = nn.ReLU


class Recurrent(nn.Module):
    """A gated recurrent network over classes of characters or rows of a picture."""

    def __init__(self, inputs: int, outputs: int, build: Build, is_text: bool) -> None:
        super().__init__()
        self.is_text = is_text
        self.embedding = nn.Embedding(inputs, 16) if is_text else nn.Identity()
        self.gru = nn.GRU(16 if is_text else inputs, build.width, 1, batch_first=True)
        self.drop = nn.Dropout(build.dropout)
        self.head = nn.Linear(build.width, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Logits: of each next character, or of the picture's class."""
        found, _ = self.gru(self.embedding(x))
        found = self.head(self.drop(found if self.is_text else found[:, -1]))
        return found.transpose(1, 2) if self.is_text else found


def task(name: str, seed: int, build: Build, spoil: Callable[[Tensor, Tensor], tuple[Tensor, Tensor]] | None) -> Task:
    """A task; `spoil` changes inputs and targets before they are split."""
    torch.manual_seed(seed)
    x, y = _data(name, seed)
    if spoil is not None:
        x, y = spoil(x, y)
    order = torch.randperm(len(x))
    count = int(len(x) * (1 - HELD))
    train, held = order[:count], order[count : count + MOST_HELD]
    outputs = int(y.max()) + 1 if not y.dtype.is_floating_point else 1
    loss = nn.functional.cross_entropy if not y.dtype.is_floating_point else nn.functional.mse_loss
    return Task(_net(name, x, outputs, build), (x[train], y[train]), (x[held], y[held]), loss)


def _net(name: str, x: Tensor, outputs: int, build: Build) -> nn.Module:
    if name == "gru":
        is_text = not x.dtype.is_floating_point
        return Recurrent(int(x.max()) + 1 if is_text else x.shape[-1], outputs, build, is_text)
    parts: list[nn.Module] = []
    if name == "cnn":
        channels = 1
        for _ in range(min(build.depth, 3)):
            parts += [nn.Conv2d(channels, 8, 3, padding=1), build.activation()]
            channels = 8
        parts += [nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(build.dropout), nn.Linear(8 * 16, outputs)]
        return nn.Sequential(*parts)
    width = x.shape[1]
    for _ in range(build.depth):
        parts += [nn.Linear(width, build.width), build.activation(), nn.Dropout(build.dropout)]
        width = build.width
    return nn.Sequential(*parts, nn.Linear(width, outputs))


def _data(name: str, seed: int) -> tuple[Tensor, Tensor]:
    if name == "gru" and seed % 2:
        return _text()
    if name == "mlp" and seed % 4:
        loaded = (datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)[seed % 4 - 1]()
        x = _standard(loaded.data)
        if loaded.target.dtype.kind == "f":
            return x, _standard(loaded.target[:, None])
        return x, torch.tensor(loaded.target).long()
    digits = datasets.load_digits()
    x = torch.tensor(digits.images / 16 - 0.3, dtype=torch.float32)
    shaped = {"cnn": x[:, None], "gru": x, "mlp": x.reshape(len(x), -1)}[name]
    return shaped, torch.tensor(digits.target).long()


def _text() -> tuple[Tensor, Tensor]:
    loaders: tuple[Callable[[], Any], ...] = (datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes)
    text = "".join(load().DESCR for load in loaders).lower()
    letters = {letter: i for i, letter in enumerate(sorted(set(text)))}
    codes = torch.tensor([letters[letter] for letter in text])
    count = (len(codes) - 1) // SEQUENCE
    shape = count, SEQUENCE
    return codes[: count * SEQUENCE].reshape(shape), codes[1 : count * SEQUENCE + 1].reshape(shape)


def _standard(values: Any) -> Tensor:
    spread = np.asarray(values, float)
    return torch.tensor((spread - spread.mean(0)) / spread.std(0), dtype=torch.float32)
