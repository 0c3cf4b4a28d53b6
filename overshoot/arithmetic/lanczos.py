"""Largest eigenvalue of a symmetric matrix known only by its products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from overshoot.arithmetic.sums import along, combined, inner, length

SAFE_MINIMUM = 1e-300
Floats = Any  # an array of float64


def largest_eigenvalue(
    times: Callable[[Floats], Floats], start: Floats, products: int, tolerance: float
) -> tuple[float, Floats] | None:
    """Largest (algebraic) eigenvalue and its unit vector by Lanczos with full re-orthogonalisation.

    Ends when the residual ‖Av − λv‖ is below `tolerance`·|λ|, so that some eigenvalue is that close, or after
    `products` products. The value is a Rayleigh quotient and so never above the true one. A start near the
    eigenvector, such as the previous reading's, saves most of the products.

    Parameters
    ----------
    times : callable
        Product of the matrix with a vector.
    start : ndarray
        Not zero; not orthogonal to the wanted eigenvector.
    products : int
        Largest number of products.
    tolerance : float
        Relative; the error of the value is of the order of its square if eigenvalues are well separated.

    Returns
    -------
    tuple or None
        None if a product is not finite.

    Examples
    --------
    >>> value, vector = largest_eigenvalue(lambda v: np.array([3.0, 1.0]) * v, np.ones(2), 5, 1e-6)
    >>> round(value, 6), np.abs(vector).round(6)
    (3.0, array([1., 0.]))
    """
    basis = [start / length(start)]
    diagonal: list[float] = []
    beside: list[float] = []
    while True:
        product = times(basis[-1])
        if not np.isfinite(product).all():
            return None
        diagonal.append(inner(basis[-1], product))
        rest = _orthogonal(_orthogonal(product, basis), basis)
        left = length(rest)
        value, weights = _top(diagonal, beside)
        is_close = left * abs(weights[-1]) <= tolerance * abs(value)
        if is_close or len(diagonal) >= min(products, len(start)) or left < SAFE_MINIMUM:
            vector = combined(weights, np.array(basis))
            return value, vector / length(vector)
        beside.append(left)
        basis.append(rest / left)


def _orthogonal(vector: Floats, basis: list[Floats]) -> Floats:
    """A vector without its components along the basis."""
    stacked = np.array(basis)
    return vector - combined(along(stacked, vector), stacked)


def _top(diagonal: list[float], beside: list[float]) -> tuple[float, Floats]:
    """Largest eigenvalue and vector of the tridiagonal matrix."""
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
    return float(values[-1]), vectors[:, -1]
