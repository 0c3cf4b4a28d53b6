"""Plot of a proof's forks over the run they leave: placebo in grey, each factor in its own colour."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.experiments.case import PLACEBO
from engine.experiments.records import Forked
from engine.i18n import _
from engine.table import Floats
from gui.look.controls import label
from gui.look.theme import Theme, current_theme

MOST_POINTS = 1024  # of one fork; the plot is narrower than that


class ForkPlot(QWidget):
    """Draws all forks of a factor as one curve with gaps: hundreds of forks stay cheap to draw."""

    def __init__(self) -> None:
        super().__init__()
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.getPlotItem().setContentsMargins(0, 8, 8, 0)  # half the height of the topmost number
        self._names = label(role="quiet")  # beside the curves, not over them
        self._names.setTextFormat(Qt.TextFormat.RichText)
        self._lines: dict[str, tuple[list[Floats], list[Floats]]] = {}
        self._items: dict[str, pg.PlotDataItem] = {}
        self._original: tuple[Floats, Floats] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._names)
        column.addWidget(self._plot, 1)
        self.setMinimumSize(240, 90)
        self.setAccessibleName(_("Forks over the run"))
        self.apply_theme(current_theme())

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors whose forks are drawn, in order of arrival."""
        return tuple(self._lines)

    def show_run(self, steps: Floats, losses: Floats) -> None:
        """Clear the plot and draw the run's own curve."""
        self._original = steps, losses
        self._lines = {}
        self._redraw()

    def clear(self) -> None:
        """Clear the plot."""
        self._original = None
        self._lines = {}
        self._names.clear()
        self._redraw()

    def add(self, forks: list[Forked]) -> None:
        """Add forks to the plot."""
        gap = np.array([np.nan])
        for fork in forks:
            x, y = self._lines.setdefault(fork.factor, ([], []))
            steps, losses = thinned(fork.steps, fork.losses)
            x += [steps, gap]
            y += [losses, gap]
        for name in dict.fromkeys(fork.factor for fork in forks):
            self._show(name)
        self._name_curves()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self._theme = theme
        self._plot.setBackground(theme.surface)
        for side in ("bottom", "left"):
            # No axis labels: pyqtgraph 0.14 would scale a logarithmic axis by an SI prefix for them.
            axis = self._plot.getAxis(side)
            axis.setPen(theme.border)
            axis.setTextPen(theme.text_quiet)
        self._redraw()

    def _redraw(self) -> None:
        self._plot.clear()
        self._items = {}
        if self._original is None:
            return
        steps, losses = self._original
        is_log = bool(len(losses)) and bool(np.all(losses[np.isfinite(losses)] > 0))
        self._plot.setLogMode(y=is_log)
        self._plot.getAxis("left").setStyle(maxTextLevel=0 if is_log else 2)  # decades; more numbers would overlap
        for name in self._lines:
            self._show(name)
        item = self._plot.plot(steps, losses, pen=pg.mkPen(self._theme.text, width=2))
        item.setZValue(10)
        self._name_curves()

    def _name_curves(self) -> None:
        """Write the legend: each factor in its colour."""
        curves = {_("this run"): self._theme.text}
        curves |= {_("placebo") if name == PLACEBO else name: self._colour(name) for name in self._lines}
        keys = (f'<span style="color:{colour}">━</span>&nbsp;{name}' for name, colour in curves.items())
        self._names.setText(" &nbsp; ".join(keys))

    def _show(self, name: str) -> None:
        if name not in self._items:
            self._items[name] = self._plot.plot([], [], pen=pg.mkPen(self._colour(name), width=1))
            self._items[name].setZValue(0 if name == PLACEBO else 1)
        x, y = (np.concatenate(parts) for parts in self._lines[name])
        self._items[name].setData(x, y, connect="finite")

    def _colour(self, name: str) -> str:
        if name == PLACEBO:
            return self._theme.text_quiet
        place = [factor for factor in self._lines if factor != PLACEBO].index(name)
        return self._theme.curves[place % len(self._theme.curves)]


def thinned(steps: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """Thin a long curve to the extremes of neighbouring points, so that no spike is lost.

    A group without finite values is NaN.

    Examples
    --------
    >>> x, y = thinned(np.arange(10_000.0), np.r_[np.zeros(7000), 9.0, np.zeros(2999)])
    >>> len(x) <= MOST_POINTS, y.max(), x[y.argmax()]
    (True, np.float64(9.0), np.float64(7000.0))
    """
    values = np.where(np.isfinite(losses), losses, np.nan)
    if len(values) <= MOST_POINTS:
        return steps, values
    size = -(-2 * len(values) // MOST_POINTS)
    padded = np.pad(values, (0, -len(values) % size), constant_values=np.nan).reshape(-1, size)
    firsts = size * np.arange(len(padded))
    lowest = firsts + np.argmin(np.where(np.isnan(padded), np.inf, padded), axis=1)
    highest = firsts + np.argmax(np.where(np.isnan(padded), -np.inf, padded), axis=1)
    chosen = np.sort(np.stack([lowest, highest]), axis=0).T.ravel()
    return steps[chosen], values[chosen]
