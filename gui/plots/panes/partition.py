"""Decides which curves of a pane are drawn one by one, and which together as a crowd."""

from __future__ import annotations

from collections.abc import Sequence

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

    def invalidate(self) -> None:
        """Drop the cached result, since curves or values have changed."""
        self._found = None

    def of(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        """The curves to draw one by one, the crowd of the others in a large overlay, and its colours."""
        if self._found is None:
            self._found = self._partition(curves)
        return self._found

    def _partition(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        others = [curve for curve in curves if not curve.is_active]
        if len(others) < CROWD:
            self._crowd, self._growing = None, set()
            return list(curves), None, []
        lines = list(map(_shown_line, others))
        sizes = {id(line): (len(line), line.version) for line in lines}
        # A growing line would invalidate the crowd with every row, so it is drawn by itself.
        self._growing |= {key for key, size in sizes.items() if self._sizes.get(key, size) != size}
        self._sizes = sizes
        alone, together, colours = [curve for curve in curves if curve.is_active], [], []
        for curve, line in zip(others, lines, strict=True):
            if id(line) in self._growing:
                alone.append(curve)
            else:
                together.append(line)
                colours.append(curve.colour)
        if self._crowd is None or self._crowd.lines != together:
            self._crowd = Crowd(together)
        return alone, self._crowd, colours


def _shown_line(curve: Curve) -> Line:
    """The line to draw for an inactive curve."""
    return curve.smoothed.with_peaks() if curve.smoothed else curve.trace
