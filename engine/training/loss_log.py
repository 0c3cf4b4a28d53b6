"""The loss to log: of each step, its running mean over the epoch, or a moving average."""

from __future__ import annotations

from engine.run import Value

EMA_MEMORY = 0.98


class LossLog:
    """Converts the loss of each step into the one to log.

    A running mean m that restarts with each epoch loses no information: the t-th loss is t·mₜ − (t−1)·mₜ₋₁. The moving
    average is divided by 1 − 0.98ᵗ, so that it starts at the first loss.

    Examples
    --------
    >>> log = LossLog()
    >>> [log.logged(loss, "running_mean") for loss in (4.0, 2.0, 3.0)]
    [4.0, 3.0, 3.0]
    """

    def __init__(self) -> None:
        self._sum = 0.0
        self._count = 0
        self._average = 0.0
        self._weight = 0.0

    def begin_epoch(self) -> None:
        self._sum, self._count = 0.0, 0

    def logged(self, loss: float, how: Value) -> float:
        """The value to log for a step; all three are updated, so that `how` may change at any step."""
        self._sum += loss
        self._count += 1
        self._average += (1 - EMA_MEMORY) * (loss - self._average)
        self._weight += (1 - EMA_MEMORY) * (1 - self._weight)
        if how == "running_mean":
            return self._sum / self._count
        if how == "ema":
            return self._average / self._weight
        return loss

    def state(self) -> list[float]:
        """The state for `restore`."""
        return [self._sum, float(self._count), self._average, self._weight]

    def restore(self, state: list[float]) -> None:
        self._sum, count, self._average, self._weight = state
        self._count = int(count)
