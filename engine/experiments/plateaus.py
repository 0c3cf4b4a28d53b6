"""Length of the plateau at the start of a training."""

from __future__ import annotations

import math

import numpy as np

from engine.events import EventKind
from engine.table import Floats

PLATEAUS = (EventKind.KICK_IN, EventKind.PLATEAU)
LEFT_LEVEL = 0.97  # of the first loss, below which the plateau is over (as in the measured tables of the kick-in)
SMOOTH = 10


def plateau_length(losses: Floats) -> float:
    """Steps until the running median of ten losses falls below 97 % of the first ten's; infinite if it never does.

    Examples
    --------
    >>> plateau_length(np.r_[np.full(50, 1.6), np.full(50, 0.5)])
    54.0
    """
    if len(losses) < 2 * SMOOTH:
        return math.inf
    windows = np.lib.stride_tricks.sliding_window_view(losses, SMOOTH)
    medians = np.median(windows, axis=1)
    below = np.flatnonzero(medians < LEFT_LEVEL * medians[0])
    return float(below[0] + SMOOTH - 1) if len(below) else math.inf
