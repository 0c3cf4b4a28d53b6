"""How fast a training goes: from slow motion, where a person sees each step, to as fast as it can."""

from __future__ import annotations

import math

SLOWEST = 2.0  # steps a second
FASTEST_THROTTLED = 5000.0
FULL = math.inf
POSITIONS = 100
WATCHING_SECONDS = 45.0  # how long a demo takes unless the person chooses otherwise


def pace_at(position: int) -> float:
    """Steps a second at a slider position, by equal factors; the last position is full speed.

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
    """A pace at which a person can follow a training of so many steps from beginning to end."""
    return max(SLOWEST, total_steps / WATCHING_SECONDS)


class Throttle:
    """Says how many steps are due; time lost is not caught up with in a burst.

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
        """Steps that may be made now; they count as made."""
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
        """Steps that were due and not made, for want of time."""
        if self.pace != FULL:
            self._owed += count

    def wait(self) -> float:
        """Seconds until a step is due."""
        return 0.0 if self.pace == FULL else max(0.0, (1.0 - self._owed) / self.pace)
