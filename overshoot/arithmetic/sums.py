"""Inner products whose last digit does not depend on the number of threads of the linear algebra library.

BLAS splits long sums among its threads, whose number depends on the environment, so that the same run in another
process would differ in the last digit of a reading.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Floats = Any  # an array of float64


def inner(a: Floats, b: Floats) -> float:
    """Σ aᵢbᵢ, summed pairwise.

    Examples
    --------
    >>> inner(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float((a * b).sum())


def length(vector: Floats) -> float:
    """Euclidean length.

    Examples
    --------
    >>> length(np.array([3.0, 4.0]))
    5.0
    """
    return float(np.sqrt(inner(vector, vector)))


def combined(weights: Floats, rows: Floats) -> Floats:
    """The weighted sum of rows: shapes (n,) and (n, p) give (p,)."""
    return np.einsum("i,ij->j", weights, rows)


def along(rows: Floats, vector: Floats) -> Floats:
    """The inner products of rows with a vector: shapes (n, p) and (p,) give (n,)."""
    return np.einsum("ij,j->i", rows, vector)
