"""What a training loop is given to train."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


@dataclass
class Task:
    """All that the loop trains: model, data, and the loss of each sample.

    Attributes
    ----------
    model : torch.nn.Module
    inputs, targets : Tensor
        First dimension: samples.
    losses : callable
        ``losses(outputs, targets)`` gives one loss a sample, shape (batch,); the loop reduces them as `reduction` says.
    correct : callable or None
        ``correct(outputs, targets)`` gives one bool a sample; None where accuracy has no meaning.
    names : tuple of str
        Of the classes, or of the features where targets are numbers; marked with `N_`.
    """

    model: torch.nn.Module
    inputs: torch.Tensor
    targets: torch.Tensor
    losses: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    correct: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None
    names: tuple[str, ...] = ()
