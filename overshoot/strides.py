"""Chooses how often to read, so that readings take no more than a share of the training's time."""

from __future__ import annotations

import math
import statistics
import time
from collections import deque
from collections.abc import Callable

STRIDES = tuple(m * 10**k for k in range(7) for m in (1, 2, 5))
FIRST = 3  # the first steps warm up and would be measured as slow ones
SECOND = 500  # at the latest, since the first reading may load what later ones have; its cost is paid for all the same
STEPS = 9  # whose middle is the time of a step


def clock_of(device: str) -> Callable[[], float]:
    """What measures steps and readings: the thread's own time where it computes itself, else that of the day.

    A machine that is busy with something else, a pause between two cells of a notebook and the wait for data then
    count neither as a step nor as a reading.
    """
    is_fine = time.get_clock_info("thread_time").resolution < 1e-4 if hasattr(time, "thread_time") else False
    return time.thread_time if is_fine and device == "cpu" else time.perf_counter


class Pace:
    """When to read next, by what readings have cost so far.

    Attributes
    ----------
    stride : int
        Steps between two readings.
    next : int
        The next update to read at.
    spent, trained : float
        Seconds of the readings so far, and of the steps between them.
    """

    def __init__(self, share: float) -> None:
        self.share, self.stride = share, 1
        self.spent = self.trained = 0.0
        self.next = FIRST
        self._last = 0
        self._debt = 0.0  # of readings, not yet paid by the share of the steps since
        self._steps: deque[float] = deque(maxlen=STEPS)

    def is_due(self, update: int) -> bool:
        """Whether to read at an update."""
        return update >= self.next

    def plan(self, update: int, cost: float, step_seconds: float) -> bool:
        """Choose the next update to read at, after a reading; whether the stride has changed.

        Parameters
        ----------
        cost : float
            Seconds that the reading took.
        step_seconds : float
            Seconds of the step before it, without the reading.
        """
        self._steps.append(step_seconds)
        step = max(1e-9, statistics.median(self._steps))
        trained = (update - self._last) * step
        self.spent, self.trained = self.spent + cost, self.trained + trained
        self._debt = max(0.0, self._debt - self.share * trained) + cost
        wanted = math.ceil(self._debt / (self.share * step))
        if not self._last:
            wanted = min(wanted, SECOND)
        stride = next((s for s in STRIDES if s >= wanted), STRIDES[-1])
        self._last, self.next = update, update + stride
        has_changed, self.stride = stride != self.stride, stride
        return has_changed

    @property
    def measured_share(self) -> float:
        """Of the training's time, what the readings have taken."""
        return self.spent / self.trained if self.trained else 0.0
