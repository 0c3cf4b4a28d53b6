"""Two hundred waves of four shapes, told apart by a recurrent network that sees one of them a step."""

from __future__ import annotations

import torch
from torch import nn

import overshoot

SEQUENCES, LENGTH, SHAPES = 200, 30, 4


def waves() -> tuple[torch.Tensor, torch.Tensor]:
    """Sine, square, saw and triangle with random phases and periods, and the number of the shape."""
    generator = torch.Generator().manual_seed(2)
    shapes = torch.arange(SEQUENCES) % SHAPES
    period = 8 + 12 * torch.rand(SEQUENCES, 1, generator=generator)
    phase = (torch.arange(LENGTH) / period + torch.rand(SEQUENCES, 1, generator=generator)) % 1.0
    sine = torch.sin(2 * torch.pi * phase)
    kinds = torch.stack([sine, sine.sign(), 2 * phase - 1, 4 * (phase - 0.5).abs() - 1])
    values = kinds[shapes, torch.arange(SEQUENCES)]
    return (values + 0.05 * torch.randn(values.shape, generator=generator))[..., None], shapes


class Recurrent(nn.Module):
    """An LSTM whose last state names the shape."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.cells = nn.LSTM(1, width, batch_first=True)
        self.head = nn.Linear(width, SHAPES)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        return self.head(self.cells(sequences)[0][:, -1])


def build(
    seed: int, lr: float = 1e-3, rho: float = 0.9, eps: float = 1e-8, width: int = 24, batch_size: int = 4
) -> overshoot.Training:
    """A recurrent classifier with RMSprop.

    Parameters
    ----------
    lr : float
        Length of a step.
    rho : float
        Memory of RMSprop's denominator.
    eps : float
        Floor of RMSprop's denominator.
    width : int
        Cells of the network.
    batch_size : int
        Sequences in a mini-batch.
    """
    model = Recurrent(width)
    optimizer = torch.optim.RMSprop(model.parameters(), lr, alpha=rho, eps=eps)
    data = torch.utils.data.TensorDataset(*waves())
    loader = torch.utils.data.DataLoader(data, batch_size, shuffle=True)

    def loss(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> dict[str, torch.Tensor]:
        sequences, shapes = batch
        outputs = model(sequences)
        right = (outputs.argmax(1) == shapes).float()
        return {"loss": nn.functional.cross_entropy(outputs, shapes), "accuracy": right.mean()}

    return overshoot.Training(model, optimizer, loader, loss, epochs=30, held=[waves()])
