"""Keeps states of a brought training on disk, rarely enough and within a budget."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SHARE = 0.01  # of the training's time
SPACING = 50  # steps
BUDGET = 1 << 30  # bytes


class Keeper:
    """States within a budget: dense near the latest step, sparse further back, the first always kept."""

    def __init__(self, folder: Path, budget: int | None = None) -> None:
        self.folder, self.budget = folder, budget or BUDGET
        self.kept: dict[int, Path] = {}
        self._spent = 0.0
        self._began = time.perf_counter()
        self._next = SPACING

    def take_if_due(self, loop: Any) -> None:
        """Keep the present state if one is due and cheap enough; the first call keeps none, as that is the start."""
        elapsed = time.perf_counter() - self._began
        if loop.step < self._next or (self.kept and self._spent > SHARE * elapsed):
            return
        began = time.perf_counter()
        from overshoot.states import save

        path = self.folder / f"{loop.step}.pt"
        save(loop.state(), path)
        self.kept[loop.step] = path
        self._next = loop.step + SPACING
        while len(self.kept) > 2 and sum(p.stat().st_size for p in self.kept.values()) > self.budget:
            steps = sorted(self.kept)
            self.kept.pop(steps[most_dispensable(steps)]).unlink(missing_ok=True)
        self._spent += time.perf_counter() - began


def most_dispensable(steps: Sequence[int]) -> int:
    """Which state to drop, never the first or last: its neighbours are closest together relative to its age.

    So gaps grow in proportion to age.

    Examples
    --------
    >>> most_dispensable([0, 50, 100, 150, 200])
    1
    """
    inner = range(1, len(steps) - 1)
    return min(inner, key=lambda i: (steps[i + 1] - steps[i - 1]) / max(1, steps[-1] - steps[i]))
