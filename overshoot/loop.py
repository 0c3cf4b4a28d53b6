"""The one training loop: epochs, updates, the end; what is trained is a `Trainee`, a demo's or a person's own."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

ROWS_AFTER_NON_FINITE = 20  # a run whose loss stays non-finite for so many updates has ended


class Trainee(Protocol):
    """What a loop trains, one update a call."""

    @property
    def is_under_way(self) -> bool:
        """Whether an epoch has begun and not ended."""

    @property
    def is_epoch_over(self) -> bool:
        """Whether the data of the present epoch are known to be used up."""

    @property
    def share(self) -> float:
        """The share of the present epoch that was used; 0 between two."""

    def planned_steps(self, step: int, epochs: int) -> int | None:
        """Updates of the whole training, after so many steps and whole epochs; None if the data do not say."""

    def is_exhausted(self, epochs: int) -> bool:
        """Whether the training ends after so many whole epochs."""

    def begin_epoch(self, step: int) -> None:
        """Begin an epoch, whose first update is number `step`."""

    def end_epoch(self) -> None:
        """End the epoch."""

    def update(self, step: int, planned_steps: int | None, probing: Any = None) -> dict[str, float] | None:
        """Make update number `step` and return its numbers, ``loss`` among them; None if the epoch had no more data."""

    def turn(self, key: str, value: Any) -> None:
        """Change a setting from the next update on, or from the next epoch on."""

    def skip(self, batches: int) -> None:
        """Drop so many batches, but not the last of an epoch."""

    def parameters(self) -> list[Any]:
        """What the updates move."""

    def look(self) -> float | None:
        """The loss on data that stay the same, with nothing of the training changed; None without such data."""

    def state(self) -> dict[str, Any]:
        """What the next updates depend on besides what the trainee was made from."""

    def restore(self, state: Mapping[str, Any]) -> None:
        """Come back to a state."""


T = TypeVar("T", bound=Trainee)


class Loop(Generic[T]):
    """Trains a trainee; each `next` is one update.

    Parameters
    ----------
    trainee : Trainee
    max_steps : int, optional
        End after this many steps, even within an epoch.

    Attributes
    ----------
    step : int
        Updates made so far.
    epochs : int
        Whole epochs so far.
    non_finite_rows : int
        Updates since the loss was finite.
    """

    def __init__(self, trainee: T, max_steps: int | None = None) -> None:
        self.trainee, self.max_steps = trainee, max_steps
        self.step = self.epochs = self.non_finite_rows = 0
        self.plan()

    def plan(self) -> None:
        """Count the updates of the whole training anew, after something of it was changed."""
        self._planned_steps = self.trainee.planned_steps(self.step, self.epochs)

    @property
    def total_steps(self) -> int | None:
        """Updates of the whole training; None if the data do not say."""
        planned = self._planned_steps
        return planned if self.max_steps is None or planned is None else min(planned, self.max_steps)

    @property
    def epoch(self) -> float:
        """Whole epochs and the share of the present one."""
        return self.epochs + self.trainee.share

    @property
    def is_finished(self) -> bool:
        """Whether the training has ended by itself."""
        total = self.total_steps
        if self.non_finite_rows >= ROWS_AFTER_NON_FINITE or (total is not None and self.step >= total):
            return True
        return not self.trainee.is_under_way and self.trainee.is_exhausted(self.epochs)

    def next(self, probing: Any = None) -> dict[str, float] | None:
        """Make an update and return its row; None if the training has ended."""
        if self.is_finished:
            return None
        trainee = self.trainee
        row = self._update(probing)
        if row is None:  # data that do not say their length have ended
            self._end_epoch()
            if self.is_finished:
                return None
            row = self._update(probing)
        if row is None:
            raise ValueError("the data gave no batch in a whole epoch")
        self.step += 1
        self.non_finite_rows = 0 if math.isfinite(row["loss"]) else self.non_finite_rows + 1
        row = {"step": self.step, "epoch": self.epoch, **row}
        if trainee.is_epoch_over:
            self._end_epoch()
        return row

    def _update(self, probing: Any) -> dict[str, float] | None:
        if not self.trainee.is_under_way:
            self.trainee.begin_epoch(self.step + 1)
            self.plan()
        return self.trainee.update(self.step + 1, self._planned_steps, probing)

    def _end_epoch(self) -> None:
        self.epochs += 1
        self.trainee.end_epoch()
        self.plan()

    def state(self) -> dict[str, Any]:
        """Everything that the next updates depend on besides the trainee's making and what was turned."""
        place = {"step": self.step, "epochs": self.epochs, "non_finite_rows": self.non_finite_rows}
        return {**self.trainee.state(), **place}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Come back to a state, with a trainee made anew."""
        self.step, self.epochs, self.non_finite_rows = state["step"], state["epochs"], state["non_finite_rows"]
        self.trainee.restore(state)
        self.plan()
