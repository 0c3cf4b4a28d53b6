"""A quadratic loss in closed form: parabola, bowl, or linear regression in its eigenbasis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.probes.twin import Twin
from engine.table import Floats
from overshoot.arithmetic.curvature import Curvature, flat

if TYPE_CHECKING:
    from engine.tasks.base import Task

MOST_WEIGHTS = 16


@dataclass(frozen=True)
class Valley:
    """L(θ) = floor + ½ Σ λᵢ cᵢ², with c = axes · (θ − centre).

    Attributes
    ----------
    curvatures : ndarray, shape (p,)
        Eigenvalues of the Hessian, the largest first.
    axes : ndarray, shape (p, p)
        Unit eigenvectors as rows, with signs that make the largest component positive.
    centre : ndarray, shape (p,)
        The minimum.
    floor : float
        The loss there.
    """

    curvatures: Floats
    axes: Floats
    centre: Floats
    floor: float

    @property
    def critical_lr(self) -> float:
        """2/λmax, above which gradient descent diverges."""
        return 2 / float(self.curvatures[0])

    def place(self, weights: Floats) -> Floats:
        """Weights, shape (n, p), as distances from the minimum along the axes, shape (n, p)."""
        return (np.atleast_2d(weights) - self.centre) @ self.axes.T

    def descent(self, place: Floats, rate: float, steps: int) -> Floats:
        """The coming steps of gradient descent from a place, shape (k,), along the first k axes.

        cᵢ ← (1 − ηλᵢ) cᵢ, so a step overshoots where ηλᵢ > 1 and ends farther away where ηλᵢ > 2.

        Returns
        -------
        ndarray, shape (steps, k)

        Examples
        --------
        >>> bowl = Valley(np.array([2.0]), np.eye(1), np.zeros(1), 0.0)
        >>> bowl.descent(np.array([1.0]), 0.75, 3)[:, 0].tolist()
        [-0.5, 0.25, -0.125]
        """
        factors = 1 - rate * self.curvatures[: place.shape[-1]]
        with np.errstate(over="ignore"):
            return place * factors ** np.arange(1, steps + 1)[:, None]

    def losses(self, places: Floats) -> Floats:
        """The loss at coordinates along the first k ≤ p axes, shape (…, k), with the others at the minimum."""
        k = places.shape[-1]
        return self.floor + 0.5 * (places**2 @ self.curvatures[:k])


def valley(task: Task) -> Valley | None:
    """The closed form of a task's loss if it is quadratic in at most `MOST_WEIGHTS` weights, else None.

    Quadratic means that the Hessian is the same at the origin and at two other points.
    """
    import torch

    twin = Twin(task)
    parameters = [p for p in task.model.parameters() if p.requires_grad]
    size = sum(p.numel() for p in parameters)
    if not 0 < size <= MOST_WEIGHTS:
        return None
    # Not at the current weights, which are too large for the arithmetic in a diverging run.
    twin.load([torch.zeros_like(p) for p in parameters])
    here = _second_derivatives(twin, task)
    for offset in (0.1, 3.0):
        twin.load([torch.full_like(p, offset) for p in parameters])
        if not np.allclose(_second_derivatives(twin, task)[1], here[1], rtol=1e-4, atol=1e-4 * abs(here[1]).max()):
            return None
    return _closed_form(*here)


def _second_derivatives(twin: Twin, task: Task) -> tuple[Floats, Floats, float]:
    """Gradient, dense Hessian and loss."""
    at = Curvature(lambda: twin.losses(task.inputs, task.targets).mean(), twin.parameters)
    gradient = flat(at.gradient)
    hessian = np.array([at.times_flat(row) for row in np.eye(len(gradient))])
    return gradient, (hessian + hessian.T) / 2, at.loss


def _closed_form(gradient: Floats, hessian: Floats, loss: float) -> Valley | None:
    values, vectors = np.linalg.eigh(hessian)
    if values[-1] <= 0 or not np.isfinite(gradient).all():
        return None
    signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(len(values))])
    axes = (vectors * signs).T[::-1]
    curvatures = np.maximum(values[::-1], 0.0)
    along = axes @ gradient
    steps = np.divide(along, curvatures, out=np.zeros_like(along), where=curvatures > 1e-7 * curvatures[0])
    return Valley(curvatures, axes, -steps @ axes, loss - 0.5 * float(along @ steps))
