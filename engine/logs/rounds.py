"""Counts mini-batches on over the epochs, where each line says only the k of n of its own epoch."""

from __future__ import annotations

from engine.logs.pairs import Pair


class Rounds:
    """The place of each line in the whole training, from counters that begin again with every epoch.

    Nothing is made up: a counter with another total, one beyond it, or one that begins again before it has gone half
    the way in the same epoch counts something else, and then no line has a place.

    Examples
    --------
    >>> rounds = Rounds()
    >>> [rounds.count(Pair("", float(k), "", "3"), e) for e in (1.0, 2.0) for k in (1, 2, 3)]
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    >>> rounds.are_several
    True
    """

    def __init__(self) -> None:
        self._total = 0
        self._last = -1.0
        self._epoch: float | None = None
        self._before = 0
        self._rounds, self._counted = 1, 0
        self._is_sound = True

    @property
    def are_several(self) -> bool:
        """Whether the counter began again, always as that of an epoch would, with several places in each."""
        return self._is_sound and self._rounds > 1 and self._counted >= 2 * self._rounds

    def count(self, pair: Pair, epoch: float | None) -> float | None:
        """The place of a line with a loss of training; None if it has none."""
        if not self._is_sound or not pair.total.strip().isdecimal():
            return None
        total = int(pair.total[:18])
        is_new_epoch = epoch != self._epoch
        goes_back = pair.value < self._last or (is_new_epoch and pair.value <= self._last)
        has_another_total = self._total not in (0, total)
        if has_another_total or pair.value > total or (goes_back and not is_new_epoch and self._last < total / 2):
            self._is_sound = False
            return None
        self._before += total if goes_back else 0
        self._rounds += goes_back
        self._counted += 1
        self._total, self._last, self._epoch = total, pair.value, epoch
        return self._before + pair.value

    def end_of(self, pair: Pair | None, epoch: float | None, name: str) -> dict[str, float]:
        """The place, by a name, of a line without a loss at which the counter is at its end; empty if it is not."""
        if pair is None or not self._is_sound or pair.total.strip() != str(self._total) or pair.value != self._total:
            return {}
        is_same_epoch = epoch is None or epoch == self._epoch
        return {name: self._before + pair.value} if is_same_epoch and pair.value >= self._last else {}
