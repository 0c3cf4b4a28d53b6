"""How far a fork got: the loss on all data, which no way of logging and no mini-batch colours."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.scenarios.base import Task

LOOKS = 4
SHARE = 0.25  # of the fork's steps, at its end, over which the looks are spread


class Looks:
    """Evaluates the task when a fork begins and a few times near its end.

    Several looks, because the loss of a network at the edge of stability swings from step to step; their median counts.
    """

    def __init__(self, task: Task, first_step: int, last_step: int) -> None:
        self._task = task
        steps = last_step - first_step
        spread = np.linspace(last_step - SHARE * steps, last_step, LOOKS)
        self._due = {round(float(step)) for step in spread} | {last_step}
        self._first: float | None = None
        self._last: list[float] = []

    def look(self, step: int) -> None:
        """Evaluate if this step is one to look at; the first call always is."""
        if self._first is None:
            self._first = full_loss(self._task)
        elif step in self._due:
            self._last.append(full_loss(self._task))

    @property
    def final_loss(self) -> float:
        """Median of the looks near the end; NaN when none was reached."""
        return float(np.median(self._last)) if self._last else math.nan

    def progress(self) -> float:
        """Log of the first loss over the median of the last; −inf when not finite or the end was not reached."""
        last = self.final_loss
        if self._first is None or not math.isfinite(last):
            return -math.inf
        tiny = 1e-12
        return math.log(max(self._first, tiny) / max(last, tiny)) if math.isfinite(self._first) else math.inf


def full_loss(task: Task) -> float:
    """Mean loss over all samples in evaluation mode; the model is left as it was found."""
    import torch

    model = task.model
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            return float(task.losses(model(task.inputs), task.targets).mean())
    finally:
        model.train(was_training)
