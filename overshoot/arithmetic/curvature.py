"""Gradient and Hessian of a loss at one point, the Hessian only as products with vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from overshoot.arithmetic.sums import inner

if TYPE_CHECKING:
    import torch

Floats = Any  # an array of float64


class Curvature:
    """Loss, gradient g and products Hv at the present values of some parameters.

    Each product costs one backward pass through the gradient's graph (Pearlmutter 1994, by double backward).

    Attributes
    ----------
    loss : float
    gradient : sequence of Tensor
        One per trainable parameter.
    """

    def __init__(self, loss_of: Callable[[], torch.Tensor], parameters: Sequence[torch.Tensor]) -> None:
        import torch

        self._parameters = list(parameters)
        loss = loss_of()
        self._graph = torch.autograd.grad(
            loss, self._parameters, create_graph=True, materialize_grads=True, allow_unused=True
        )
        self.loss = float(loss.detach())
        self.gradient = [g.detach() for g in self._graph]

    def times(self, vector: Sequence[torch.Tensor]) -> Sequence[torch.Tensor]:
        """Hv, with v and the result shaped like the parameters."""
        import torch

        return torch.autograd.grad(
            self._graph,
            self._parameters,
            list(vector),
            retain_graph=True,
            materialize_grads=True,
            allow_unused=True,
        )

    def times_flat(self, vector: Floats) -> Floats:
        """Hv for a flat float64 vector, shape (parameters,)."""
        return flat(self.times(shaped(vector, self._parameters)))


def flat(tensors: Sequence[torch.Tensor]) -> Floats:
    """All elements as one float64 vector."""
    import torch

    return torch.cat([t.detach().reshape(-1) for t in tensors]).double().numpy(force=True)


def shaped(vector: Floats, like: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """Inverse of `flat`, with shapes, type and device of `like`."""
    import torch

    sizes = [t.numel() for t in like]
    whole = torch.from_numpy(np.ascontiguousarray(vector)).to(like[0])
    return [part.view_as(t) for part, t in zip(whole.split(sizes), like)]


def dot(a: Sequence[torch.Tensor], b: Sequence[torch.Tensor]) -> float:
    """Inner product over all elements of all tensors, in float64."""
    return inner(flat(a), flat(b))
