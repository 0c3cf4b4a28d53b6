"""The range of x in view, and whether it extends with a growing run."""

from __future__ import annotations

from collections.abc import Callable

from gui.plots.axes.scaling import stepped_end
from gui.plots.axes.stretches import Stretch, zoomed


class Reach:
    """Tracks the range of x of the runs and the part in view; draws nothing.

    Parameters
    ----------
    measure : callable
        Gives the range of x of the shown runs.
    """

    def __init__(self, measure: Callable[[], Stretch]) -> None:
        self._measure = measure
        self._whole: Stretch | None = None
        self.shown: Stretch = (0.0, 1.0)
        self.shows_all = True  # the whole run is in view, and stays so while it grows
        self.is_live = False

    def invalidate(self) -> None:
        """Measure the range of x again, since the runs have changed."""
        self._whole = None

    @property
    def whole(self) -> Stretch:
        """Range of x of the shown runs; measured once per change, since there may be hundreds of them."""
        if self._whole is None:
            self._whole = self._measure()
        return self._whole

    def update(self) -> None:
        """Extend the view if it shows the whole run; that of a live one in steps."""
        if not self.shows_all:
            return
        (low, high), (left, right) = self.whole, self.shown
        if high > right or low < left:
            self.shown = low, (low + stepped_end(high - low) if self.is_live else high)

    def set_range(self, left: float, right: float) -> Stretch:
        """Accept a range chosen by the user and return it; one that contains the whole run extends with it."""
        low, high = self.whole
        self.shows_all = left <= low and right >= high
        return left, right

    def zoomed(self, factor: float, x: float) -> Stretch:
        """The range zoomed by `factor` around `x`."""
        return self.set_range(*zoomed(self.shown, factor, x, self.whole))

    def shifted(self, by: float) -> Stretch:
        left, right = self.shown
        return self.set_range(left + by, right + by)

    def centred(self, x: float) -> Stretch:
        """A range of the present width, centred on `x`."""
        left, right = self.shown
        return self.shifted(x - (left + right) / 2)
