"""Sharpness: the largest curvature of a loss, and the largest that steps of a size tolerate."""

from __future__ import annotations

from typing import Any

import numpy as np

from overshoot.arithmetic.curvature import Curvature, flat
from overshoot.arithmetic.lanczos import largest_eigenvalue
from overshoot.arithmetic.preconditioner import AdaptiveStep

COLD_PRODUCTS, WARM_PRODUCTS = 32, 16
COLD_TOLERANCE, WARM_TOLERANCE = (
    0.01,
    0.02,
)  # at 0.05 a warm start may keep an eigenvector that is no longer the leading one


def sharpness(here: Curvature, step: AdaptiveStep | None, vector: Any) -> tuple[float, Any] | None:
    """Largest eigenvalue of the Hessian H, for Adam and RMSprop of P⁻¹H, with the vector to start the next from.

    Parameters
    ----------
    vector : ndarray or None
        Of the reading before, which saves most of the products.

    Returns
    -------
    tuple or None
        None if something is not finite.
    """
    scale = _scale(here, step)
    if not np.isfinite(here.loss) or not np.isfinite(scale).all():
        return None
    start, products, tolerance = first_vector(len(scale)), COLD_PRODUCTS, COLD_TOLERANCE
    if vector is not None:
        start, products, tolerance = vector, WARM_PRODUCTS, WARM_TOLERANCE
    return largest_eigenvalue(lambda v: scale * here.times_flat(scale * v), start, products, tolerance)


def _scale(here: Curvature, step: AdaptiveStep | None) -> Any:
    """P^(−½), so that the symmetric P^(−½) H P^(−½) has the eigenvalues of P⁻¹H; ones without a preconditioner."""
    if step is None:
        return np.ones(sum(g.numel() for g in here.gradient))
    return 1 / np.sqrt(flat(step.preconditioner()))


def first_vector(size: int) -> Any:
    """A fixed start vector, drawn from no generator of the run."""
    return np.random.default_rng(0).standard_normal(size)


def stability_limit(optimizer: str, lr: float, momentum: float = 0.9, beta1: float = 0.9) -> float | None:
    """The sharpness above which steps of this size diverge on a quadratic; None if unknown.

    Examples
    --------
    >>> stability_limit("sgd", 0.1), round(stability_limit("adam", 1.0), 9)
    (20.0, 38.0)
    """
    if lr <= 0:
        return None
    if optimizer == "momentum":
        return 2 * (1 + momentum) / lr
    return (2 + 2 * beta1) / ((1 - beta1) * lr) if optimizer in ("adam", "adamw") else 2 / lr
