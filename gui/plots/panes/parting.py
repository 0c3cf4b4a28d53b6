"""Which curves of a pane are drawn one by one, and which together as a crowd."""

from __future__ import annotations

from collections.abc import Sequence

from gui.plots.curves.crowd import Crowd
from gui.plots.curves.line import Line
from gui.plots.shown.spec import Curve

CROWD = 24  # curves beside the active ones: from here on they are drawn together


class Parting:
    """Parts curves anew when it was told to forget; for hundreds of them even a look at each costs a millisecond."""

    def __init__(self) -> None:
        self._crowd: Crowd | None = None
        self._sizes: dict[int, tuple[int, int]] = {}
        self._growing: set[int] = set()  # ids of the lines beside the active ones that have grown
        self._found: tuple[list[Curve], Crowd | None, list[str]] | None = None

    def forget(self) -> None:
        """There are other curves, or some have other values."""
        self._found = None

    def of(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        """The curves that are drawn one by one, the others of a large overlay as a crowd, and their colours."""
        if self._found is None:
            self._found = self._parted(curves)
        return self._found

    def _parted(self, curves: Sequence[Curve]) -> tuple[list[Curve], Crowd | None, list[str]]:
        others = [curve for curve in curves if not curve.is_active]
        if len(others) < CROWD:
            self._crowd, self._growing = None, set()
            return list(curves), None, []
        lines = list(map(_shown_line, others))
        sizes = {id(line): (len(line), line.version) for line in lines}
        # A line that grows would make the crowd anew with every row: it is drawn by itself.
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
    """What is drawn of a curve that is not the active one."""
    return curve.smoothed if curve.smoothed else curve.trace
