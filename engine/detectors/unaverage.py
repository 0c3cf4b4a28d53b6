"""Undo a running mean that begins anew each epoch."""

from __future__ import annotations

import numpy as np

from engine.table import Floats


def unaverage(means: Floats, resets: np.ndarray) -> Floats:
    """The loss of each step behind a logged running mean.

    From ``m_k = (l_1 + ... + l_k) / k`` follows ``l_k = k m_k - (k-1) m_{k-1}``; with one log line every few steps
    the same formula gives the mean of the steps between two lines. A rounding of the log by d becomes at most
    ``(2k - 1) d``, which for long epochs can hide the loss.

    Parameters
    ----------
    means : ndarray, shape (n,)
    resets : ndarray of int
        Indices of the first point of each epoch; 0 need not be listed.

    Examples
    --------
    >>> unaverage(np.array([4.0, 3.0, 2.0, 6.0, 4.0]), np.array([3]))
    array([4., 2., 0., 6., 2.])
    """
    starts = np.unique(np.concatenate([[0], resets]))
    age = np.arange(len(means)) - starts[np.searchsorted(starts, np.arange(len(means)), "right") - 1]
    before = np.where(age > 0, np.concatenate([[0.0], means[:-1]]), 0.0)
    return (age + 1) * means - age * before
