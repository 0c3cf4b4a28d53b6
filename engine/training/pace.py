"""The pace of a training, from slow motion to full speed."""

from __future__ import annotations

import math

SLOWEST = 2.0  # steps per second
FASTEST_THROTTLED = 5000.0
FULL = math.inf
POSITIONS = 100
WATCHING_SECONDS = 45.0  # default duration of a demo


def pace_at(position: int) -> float:
    """Steps per second at a slider position, on a logarithmic scale; the last position is full speed.

    Examples
    --------
    >>> pace_at(0), pace_at(100)
    (2.0, inf)
    """
    if position >= POSITIONS:
        return FULL
    return SLOWEST * (FASTEST_THROTTLED / SLOWEST) ** (position / (POSITIONS - 1))


def position_of(pace: float) -> int:
    """The slider position nearest to a pace.

    Examples
    --------
    >>> [position_of(pace_at(p)) for p in (0, 37, 99, 100)]
    [0, 37, 99, 100]
    """
    if pace == FULL:
        return POSITIONS
    share = math.log(max(pace, SLOWEST) / SLOWEST) / math.log(FASTEST_THROTTLED / SLOWEST)
    return min(POSITIONS - 1, round(share * (POSITIONS - 1)))


def watchable(total_steps: int) -> float:
    """A pace at which a person can watch a whole training of so many steps."""
    return max(SLOWEST, total_steps / WATCHING_SECONDS)


class Throttle:
    """Computes how many steps are due; lost time is not caught up in a burst.

    Examples
    --------
    >>> throttle = Throttle(100.0, now=0.0)
    >>> throttle.due(0.05), throttle.due(0.05)
    (5, 0)
    """

    MOST_AT_ONCE_SECONDS = 0.05

    def __init__(self, pace: float, now: float) -> None:
        self.pace = pace
        self._since = now
        self._owed = 0.0

    def due(self, now: float) -> int:
        """Steps to make now, which count as made."""
        if self.pace == FULL:
            return 1 << 30
        elapsed = now - self._since
        self._since = now
        most = 1.0 + self.pace * self.MOST_AT_ONCE_SECONDS
        self._owed = min(self._owed + elapsed * self.pace, most)
        count = int(self._owed + 1e-9)
        self._owed -= count
        return count

    def give_back(self, count: int) -> None:
        """Return steps that were due but not made."""
        if self.pace != FULL:
            self._owed += count

    def wait(self) -> float:
        """Seconds until a step is due."""
        return 0.0 if self.pace == FULL else max(0.0, (1.0 - self._owed) / self.pace)
