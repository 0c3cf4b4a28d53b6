"""Lengths of gradients, updates and weights: the arithmetic of every reading of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def norm(tensors: Sequence[torch.Tensor]) -> float:
    """L2 norm over all elements of all tensors.

    Examples
    --------
    >>> import torch
    >>> norm([torch.tensor([3.0]), torch.tensor([[0.0, 4.0]])])
    5.0
    """
    import torch

    if not len(tensors):
        return 0.0
    with torch.no_grad():
        return float(torch.stack(torch._foreach_norm(list(tensors))).norm())


def moved(after: Sequence[Any], before: Sequence[Any]) -> Sequence[Any]:
    """The update that led from some weights to others."""
    import torch

    with torch.no_grad():
        return torch._foreach_sub(list(after), list(before))


def norms_of(*kinds: Sequence[Any]) -> list[list[float]]:
    """The L2 norm of each tensor of several sequences of one length, read from their device at once."""
    import torch

    with torch.no_grad():
        each = [torch._foreach_norm(list(tensors)) for tensors in kinds]
        device = kinds[0][0].device
        table = torch.stack([n.to(device, torch.float64) for norms in each for n in norms]).tolist()
    count = len(kinds[0])
    return [table[start : start + count] for start in range(0, len(table), count)]


def joined(norms: Sequence[float]) -> float:
    """The norm of tensors together, from the norms of each."""
    return math.sqrt(sum(value * value for value in norms))


def ratio(update: float, weight: float) -> dict[str, float]:
    """The norm of an update, and relative to that of the weights before it if they have any."""
    return {"update_norm": update, "update_ratio": update / weight} if weight else {"update_norm": update}
