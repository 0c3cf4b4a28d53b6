"""Chooses how often to read, so that readings take no more than a share of the training's time."""

from __future__ import annotations

import time

STRIDES = tuple(m * 10**k for k in range(7) for m in (1, 2, 5))
FIRST = 3  # the first steps warm up and would be measured as slow ones


class Pace:
    """When to read next, by what readings have cost so far.

    Attributes
    ----------
    stride : int
        Steps between two readings.
    next : int
        The next update to read at.
    spent : float
        Seconds taken by readings so far.
    """

    def __init__(self, share: float) -> None:
        self.share, self.stride, self.spent = share, 1, 0.0
        self.next = FIRST
        self._began = time.perf_counter()

    def is_due(self, update: int) -> bool:
        """Whether to read at an update."""
        return update >= self.next

    def plan(self, update: int, cost: float, others: float = 0.0) -> bool:
        """Choose the next update to read at, after a reading; whether the stride has changed.

        Parameters
        ----------
        cost : float
            Seconds that the reading took.
        others : float
            Seconds spent so far on what is neither training nor these readings.
        """
        self.spent += cost
        elapsed = time.perf_counter() - self._began - self.spent - others
        step_seconds = max(1e-9, elapsed / max(1, update))
        wanted = max(2 * cost / step_seconds, self.spent / (self.share * step_seconds) - update)
        wanted = max(wanted, cost / (self.share * step_seconds))
        stride = next((s for s in STRIDES if s >= wanted), STRIDES[-1])
        self.next = update + stride
        has_changed, self.stride = stride != self.stride, stride
        return has_changed
