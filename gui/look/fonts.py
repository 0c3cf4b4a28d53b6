"""Fonts of the plots, and the width of texts in them."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication

MOST_REMEMBERED = 2000


class PlotFont:
    """A font with its metrics; widths are remembered, since most texts of a frame are those of the frame before."""

    def __init__(self, base: QFont, is_strong: bool) -> None:
        self.font = QFont(base)
        if base.pointSizeF() > 0:
            self.font.setPointSizeF(max(base.pointSizeF() - 1, 7.0))
        self.font.setFeature(QFont.Tag("tnum"), 1)
        if is_strong:
            self.font.setWeight(QFont.Weight.DemiBold)
        self.metrics = QFontMetricsF(self.font)
        self.height = self.metrics.height()
        self._advances: dict[str, float] = {}

    def advance(self, text: str) -> float:
        """The width of a text in pixels."""
        found = self._advances.get(text)
        if found is None:
            if len(self._advances) >= MOST_REMEMBERED:
                self._advances.clear()
            found = self._advances[text] = self.metrics.horizontalAdvance(text)
        return found


class _Made:
    """The fonts made from the application's font as long as that is the same."""

    base: QFont | None = None
    plain: PlotFont
    strong: PlotFont


def plot_font(is_strong: bool = False) -> QFont:
    """The application's font, one point smaller and with tabular figures."""
    return in_plots(is_strong).font


def in_plots(is_strong: bool = False) -> PlotFont:
    """The font of the plots with its metrics."""
    base = QApplication.font()
    if _Made.base != base:
        _Made.base, _Made.plain, _Made.strong = base, PlotFont(base, False), PlotFont(base, True)
    return _Made.strong if is_strong else _Made.plain
