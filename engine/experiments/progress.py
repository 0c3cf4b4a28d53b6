"""Progress of a fork, from the loss on all data, independent of logging and mini-batches."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

EVALUATIONS = 4
SHARE = 0.25  # of the fork's steps, at its end, over which the evaluations are spread


class ProgressMeter:
    """Looks at the loss on all data at the start of a fork and a few times near its end.

    Takes the median of several, because at the edge of stability the loss oscillates from step to step.
    """

    def __init__(self, look: Callable[[], float], first_step: int, last_step: int) -> None:
        self._look = look
        steps = last_step - first_step
        spread = np.linspace(last_step - SHARE * steps, last_step, EVALUATIONS)
        self._due = {round(float(step)) for step in spread} | {last_step}
        self._first: float | None = None
        self._last: list[float] = []

    def evaluate(self, step: int) -> None:
        """Look if the step is due; the first call always does."""
        if self._first is None:
            self._first = self._look()
        elif step in self._due:
            self._last.append(self._look())

    @property
    def final_loss(self) -> float:
        """Median of the losses near the end; NaN if none was reached."""
        return float(np.median(self._last)) if self._last else math.nan

    def progress(self) -> float:
        """Log of the first loss over the median of the last ones; −inf if not finite or the end was not reached."""
        last = self.final_loss
        if self._first is None or not math.isfinite(last):
            return -math.inf
        tiny = 1e-12
        return math.log(max(self._first, tiny) / max(last, tiny)) if math.isfinite(self._first) else math.inf
