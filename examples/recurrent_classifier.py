"""Four kinds of sequences told apart by a recurrent network, with Adam's β of 0.5 and 0.999 and a rate of 2 × 10⁻⁴.

``overshoot prove recurrent_classifier.py --set lr=0.02@300`` shows a loss that rises after it had fallen.
"""

from __future__ import annotations

import torch
from torch import nn

import overshoot

SEQUENCES, LENGTH, TOGETHER, SHAPES = 200, 30, 5, 4


def waves() -> tuple[torch.Tensor, torch.Tensor]:
    """Sine, square, saw and triangle of random phase and period, five points at a time, and the number of the shape."""
    generator = torch.Generator().manual_seed(2)
    shapes = torch.arange(SEQUENCES) % SHAPES
    period = 8 + 12 * torch.rand(SEQUENCES, 1, generator=generator)
    phase = (torch.arange(LENGTH) / period + torch.rand(SEQUENCES, 1, generator=generator)) % 1.0
    sine = torch.sin(2 * torch.pi * phase)
    kinds = torch.stack([sine, sine.sign(), 2 * phase - 1, 4 * (phase - 0.5).abs() - 1])
    values = kinds[shapes, torch.arange(SEQUENCES)]
    values = values + 0.05 * torch.randn(values.shape, generator=generator)
    return values.reshape(SEQUENCES, -1, TOGETHER), shapes


class Recurrent(nn.Module):
    """A network of tanh whose last state names the shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cells = nn.RNN(TOGETHER, width, batch_first=True)
        self.head = nn.Linear(width, SHAPES)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(sequences)[0][:, -1])


def build(
    seed: int,
    lr: float = 2e-4,
    beta1: float = 0.5,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    width: int = 128,
    batch_size: int = 50,
) -> overshoot.Training:
    """A recurrent classifier with Adam.

    Parameters
    ----------
    lr : float
        Length of a step.
    beta1 : float
        Memory of Adam's mean gradient.
    beta2 : float
        Memory of Adam's denominator.
    eps : float
        Floor of Adam's denominator.
    weight_decay : float
        Strength of the pull of the weights towards 0.
    width : int
        Cells of the network.
    batch_size : int
        Sequences in a mini-batch.
    """
    model = Recurrent(width)
    optimizer = torch.optim.Adam(model.parameters(), lr, (beta1, beta2), eps, weight_decay)
    data = torch.utils.data.TensorDataset(*waves())
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True)

    def loss(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        sequences, shapes = batch
        outputs = model(sequences)
        right = (outputs.argmax(1) == shapes).float()
        return {"loss": nn.functional.cross_entropy(outputs, shapes), "accuracy": right.mean()}

    return overshoot.Training(model, optimizer, loader, loss, epochs=150, held=[waves()])
