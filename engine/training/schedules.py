"""Learning rate schedules: a factor on the rate that is set."""

from __future__ import annotations

import math
from collections import deque

STEPS_DOWN = 8  # halvings of the rate by the step schedule in a run: every 100 of 800 epochs
WARMUP_SHARE = 0.05
PATIENCE = 10  # epochs without improvement before the plateau schedule acts
BETTER_BY = 1e-4  # relative
ENOUGH_ACCURACY = 0.9
EPOCHS_OF_MEAN = 3


class Schedule:
    """The factor of each step, from the progress since the schedule was set and the means of the epochs.

    ``step`` halves eight times during a run, ``cosine`` falls to zero, ``warmup`` rises over the first 5 %,
    ``plateau`` halves after 10 epochs without a better mean loss, ``at_90`` divides by ten once, when the mean accuracy
    of three epochs first reaches 90 %.
    """

    def __init__(self, name: str, first_step: int = 0) -> None:
        self.name = name
        self._first_step = first_step
        self._reacted = 1.0
        self._best = math.inf
        self._bad_epochs = 0
        self._sums = [0.0, 0.0, 0.0]  # loss, correct, samples of this epoch
        self._accuracies: deque[float] = deque(maxlen=EPOCHS_OF_MEAN)

    def factor(self, step: int, total: int) -> float:
        """The factor on the learning rate in the step after `step` of `total`."""
        if self.name == "constant":
            return 1.0
        progress = (step - self._first_step) / max(1, total - self._first_step)
        if self.name == "step":
            return 0.5 ** int(progress * STEPS_DOWN)
        if self.name == "cosine":
            return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
        if self.name == "warmup":
            steps = max(1.0, WARMUP_SHARE * (total - self._first_step))
            return min(1.0, (step - self._first_step + 1) / steps)
        return self._reacted

    def observe(self, loss: float, accuracy: float | None, samples: int) -> None:
        """Add a mini-batch to the means of the epoch."""
        sums = self._sums
        sums[0] += loss * samples
        sums[1] += (accuracy or 0.0) * samples
        sums[2] += samples

    def end_epoch(self) -> None:
        """Update the schedules that depend on the means of the epoch."""
        loss, correct, samples = self._sums
        self._sums = [0.0, 0.0, 0.0]
        if not samples:
            return
        self._accuracies.append(correct / samples)
        if self.name == "plateau":
            self._observe_loss(loss / samples)
        elif self.name == "at_90" and self._reacted == 1.0 and self._mean_accuracy() >= ENOUGH_ACCURACY:
            self._reacted = 0.1

    def _mean_accuracy(self) -> float:
        is_full = len(self._accuracies) == EPOCHS_OF_MEAN
        return sum(self._accuracies) / EPOCHS_OF_MEAN if is_full else 0.0

    def _observe_loss(self, loss: float) -> None:
        if loss < self._best * (1 - BETTER_BY):
            self._best, self._bad_epochs = loss, 0
            return
        self._bad_epochs += 1
        if self._bad_epochs > PATIENCE:
            self._reacted *= 0.5
            self._bad_epochs = 0

    def state(self) -> dict[str, object]:
        """The state for `restored`, as plain data."""
        return {
            "name": self.name,
            "first_step": self._first_step,
            "reacted": self._reacted,
            "best": self._best,
            "bad_epochs": self._bad_epochs,
            "sums": list(self._sums),
            "accuracies": list(self._accuracies),
        }

    @classmethod
    def restored(cls, state: dict) -> Schedule:
        schedule = cls(state["name"], state["first_step"])
        schedule._reacted, schedule._best = state["reacted"], state["best"]
        schedule._bad_epochs, schedule._sums = state["bad_epochs"], list(state["sums"])
        schedule._accuracies.extend(state["accuracies"])
        return schedule
