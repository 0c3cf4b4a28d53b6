"""Building blocks of the demo networks that torch does not provide in this form."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class SequenceClassifier(nn.Module):
    """A recurrent layer with a linear layer on its last hidden state; input shape (batch, time, features)."""

    def __init__(self, recurrent: nn.RNNBase, classes: int, dropout: Dropout | None = None) -> None:
        super().__init__()
        self.recurrent = recurrent
        self.dropout = dropout or nn.Identity()
        self.readout = nn.Linear(recurrent.hidden_size, classes)

    def forward(self, sequences: torch.Tensor) -> torch.Tensor:
        states, _ = self.recurrent(sequences)
        return self.readout(self.dropout(states[:, -1]))


class Dropout(nn.Module):
    """Dropout with its own generator; torch's uses the global one."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self.generator: torch.Generator | None = None

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        if not self.training or not self.share:
            return activations
        keep = 1 - self.share
        mask = torch.empty(activations.shape).bernoulli_(keep, generator=self.generator)
        return activations * (mask / keep).to(activations.device)


class BatchNorm1d(nn.BatchNorm1d):
    """Batch normalization that uses the running statistics for a single sample, which has no variance."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.training or len(input) > 1:
            return super().forward(input)
        return functional.batch_norm(input, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)


class Bowl(nn.Module):
    """A point x whose output is x times the input, elementwise; squared, a bowl with its minimum at 0."""

    def __init__(self, start: tuple[float, ...]) -> None:
        super().__init__()
        self.x = nn.Parameter(torch.tensor(start))

    def forward(self, scales: torch.Tensor) -> torch.Tensor:
        return self.x * scales
