"""Counters that stand in lines of their own, before the values they count or after them."""

from __future__ import annotations

from collections.abc import Mapping

Counts = dict[str, float]


class LineContexts:
    """The counters said around each row, from which those that a row does not have itself are filled in.

    ``Epoch 3/8``, then the losses of this epoch, or the losses and then ``epoch 3 done``: which side the counters
    stand on is seen from the first and the last row.
    """

    def __init__(self) -> None:
        self._now: Counts = {}
        self._before: list[Counts] = []
        self._after: dict[int, Counts] = {}

    def say(self, counts: Mapping[str, float]) -> None:
        """A line with counters; those of the row that is being read are said with it."""
        if any(self._now.get(kind) != value for kind, value in counts.items()):
            self._now = {**self._now, **counts}

    def close(self, began: Counts, after: Mapping[str, float]) -> None:
        """The end of a row: what was known when it began, and the counters said in it or after it."""
        if after:
            self._after[len(self._before)] = dict(after)
        self._before.append(began)
        if "batch" in self._now:  # a place in an epoch holds for its own line only
            self._now = {kind: value for kind, value in self._now.items() if kind != "batch"}

    @property
    def now(self) -> Counts:
        """What is known here; never changed, but replaced."""
        return self._now

    def fill(self, row: int, stop: int) -> list[Counts]:
        """The counters for the rows from `row` on."""
        kinds = {kind for counts in self._after.values() for kind in counts}
        late = {kind for kind in kinds if self._is_after(kind)}
        if not late:
            return self._before[row:stop]
        following: Counts = {}
        found: list[Counts] = []
        for i in range(stop - 1, row - 1, -1):
            following = {**following, **{k: v for k, v in self._after.get(i, {}).items() if k in late}}
            found.append({k: v for k, v in self._before[i].items() if k not in late} | following)
        return found[::-1]

    def _is_after(self, kind: str) -> bool:
        """Whether a counter is said after its values: not before the first row, but after the last one."""
        return kind not in self._before[0] and kind in self._after.get(len(self._before) - 1, {})
