"""Which stretch of x is in view, and whether it follows a run that grows."""

from __future__ import annotations

from collections.abc import Callable

from gui.plots.axes.scaling import stepped_end
from gui.plots.axes.stretches import Stretch, zoomed


class Reach:
    """Knows the whole and the part in view; draws nothing.

    Parameters
    ----------
    measure : callable
        The whole stretch of x that the shown runs fill.
    """

    def __init__(self, measure: Callable[[], Stretch]) -> None:
        self._measure = measure
        self._whole: Stretch | None = None
        self.shown: Stretch = (0.0, 1.0)
        self.follows = True  # the whole run is in view and stays so while it grows
        self.is_live = False

    def forget(self) -> None:
        """The runs have changed: the whole is to be looked up again."""
        self._whole = None

    @property
    def whole(self) -> Stretch:
        """Looked up once for each change, since there may be hundreds of runs."""
        if self._whole is None:
            self._whole = self._measure()
        return self._whole

    def follow(self) -> None:
        """Keep the whole run in view if it was; the axis of a live one grows in steps."""
        if not self.follows:
            return
        (low, high), (left, right) = self.whole, self.shown
        if high > right or low < left:
            self.shown = low, (low + stepped_end(high - low) if self.is_live else high)

    def moved(self, left: float, right: float) -> Stretch:
        """A stretch that a person moved to; one that holds the whole run follows it again."""
        low, high = self.whole
        self.follows = left <= low and right >= high
        return left, right

    def zoomed(self, factor: float, x: float) -> Stretch:
        """`factor` times as much x; the given one stays where it is."""
        return self.moved(*zoomed(self.shown, factor, x, self.whole))

    def shifted(self, by: float) -> Stretch:
        left, right = self.shown
        return self.moved(left + by, right + by)

    def centred(self, x: float) -> Stretch:
        """As wide as now, around an x."""
        left, right = self.shown
        return self.shifted(x - (left + right) / 2)
