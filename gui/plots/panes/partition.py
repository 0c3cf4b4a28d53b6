"""Decides which curves of a pane are drawn one by one, and which together as a crowd."""

from __future__ import annotations

from collections.abc import Sequence
from operator import is_

from gui.plots.curves.crowds.blocks import Crowd
from gui.plots.curves.line import Line
from gui.plots.shown.spec import Curve

CROWD = 24  # curves besides the active ones; from here on they are drawn together


class CurvePartition:
    """Partitions curves and caches the result: with hundreds of them, even a pass over all takes a millisecond."""

    def __init__(self) -> None:
        self._crowd: Crowd | None = None
        self._sizes: dict[int, tuple[int, int]] = {}
        self._growing: set[int] = set()  # ids of the inactive lines that have grown
        self._found: tuple[list[Curve], Crowd | None, list[str]] | None = None
        self._others: list[Curve] = []  # the inactive curves, while their values are the same
        self._apart: list[Curve] = []  # of these, the ones drawn one by one
        self._colours: list[str] = []  # of the rest

    def invalidate(self) -> None:
        """Drop the cached result, since curves or values have changed."""
        self._found, self._others = None, []

    def relight(self) -> None:
        """Partition anew, since other curves are active now; no values have changed."""
        self._found = None

    def of(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        """The curves to draw one by one, the crowd of the others in a large overlay, and its colours."""
        if self._found is None:
            self._found = self._partition(curves)
        return self._found

    def _partition(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        others = [curve for curve in curves if not curve.is_active]
        if len(others) < CROWD:
            self._crowd, self._growing, self._others = None, set(), []
            return list(curves), None, []
        active = [curve for curve in curves if curve.is_active]
        if not _are_same(others, self._others):
            self._look(others)
        return [*active, *self._apart], self._crowd, self._colours

    def _look(self, others: list[Curve]) -> None:
        """Find which of the inactive curves grow, and gather the crowd of those that do not."""
        lines = list(map(_shown_line, others))
        sizes = {id(line): (len(line), line.version) for line in lines}
        # A growing line would invalidate the crowd with every row, so it is drawn by itself.
        self._growing |= {key for key, size in sizes.items() if self._sizes.get(key, size) != size}
        self._sizes = sizes
        apart, together, colours = [], [], []
        for curve, line in zip(others, lines, strict=True):
            if id(line) in self._growing:
                apart.append(curve)
            else:
                together.append(line)
                colours.append(curve.colour)
        if self._crowd is None or self._crowd.lines != together:
            self._crowd = Crowd(together)
        self._others, self._apart, self._colours = others, apart, colours


def _are_same(curves: Sequence[Curve], others: Sequence[Curve]) -> bool:
    return len(curves) == len(others) and all(map(is_, curves, others))


def _shown_line(curve: Curve) -> Line:
    """The line to draw for an inactive curve."""
    return curve.smoothed.with_peaks() if curve.smoothed else curve.trace
