"""Inner products whose last digit does not depend on how many threads the linear-algebra library has.

BLAS splits long sums among its threads, and the environment decides how many those are: the same run in another process
would differ in the last digit of a reading.
"""

from __future__ import annotations

import numpy as np

from engine.table import Floats


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
    """The sum of the rows, each times its weight."""
    return np.einsum("i,ij->j", weights, rows)


def along(rows: Floats, vector: Floats) -> Floats:
    """The inner product of each row with the vector."""
    return np.einsum("ij,j->i", rows, vector)
