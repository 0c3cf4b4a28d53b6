"""A heat map pane: a row for each layer, its value as colour, over the shared x."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from engine.events import Severity
from engine.i18n import _, number
from engine.table import Floats
from gui.look.colours import blend
from gui.look.theme import Theme
from gui.plots.axes.axes import Ticks
from gui.plots.axes.view import View
from gui.plots.curves.line import Line
from gui.plots.items.pixel_item import PixelItem
from gui.plots.labels.header import Entry
from gui.plots.panes.box import PaneBox
from gui.plots.panes.pane import Pane
from gui.plots.shown.scenery import Scenery
from gui.plots.shown.spec import PaneSpec

TONES = 64
EDGE = 0.02  # share of the values beyond the first and last tone


class HeatImage(PixelItem):
    """Cells of equal height, coloured by value."""

    def __init__(self, box: PaneBox) -> None:
        super().__init__(box, z=4)
        self._image: QImage | None = None

    def show_values(self, values: Floats, theme: Theme, view: View) -> None:
        """Draw values, shape (layers, columns); NaN is left empty, infinity has the colour of critical events."""
        self._image = _image(values, theme) if values.size else None
        self.set_view(view)

    def paint(self, painter: QPainter, *_: Any) -> None:
        if self._image is not None:
            painter.drawImage(QRectF(0, 0, self.view.width, self.view.height), self._image)


def scale(values: Floats) -> tuple[float, float] | None:
    """The values of the first and the last tone; None without finite values."""
    is_value = np.isfinite(values)
    if not is_value.any():
        return None
    low, high = np.quantile(values[is_value], [EDGE, 1 - EDGE])
    return float(low), float(high)


def tones(theme: Theme) -> list[QColor]:
    """The first and the last tone."""
    return [blend(theme.curves[0], theme.surface, part) for part in (0.05, 0.95)]


def _image(values: Floats, theme: Theme) -> QImage:
    is_value = np.isfinite(values)
    low, high = scale(values) or (0.0, 1.0)
    tone = np.clip((np.where(is_value, values, low) - low) / max(high - low, 1e-12), 0, 1)
    table = pg.ColorMap([0.0, 1.0], tones(theme)).getLookupTable(nPts=TONES)
    colours = table[np.rint(tone * (TONES - 1)).astype(int)].astype(np.uint8)
    colours[np.isnan(values)] = QColor(theme.surface).getRgb()[:3]  # type: ignore[index]
    colours[np.isinf(values)] = QColor(theme.severity[Severity.CRITICAL]).getRgb()[:3]  # type: ignore[index]
    rgb = np.ascontiguousarray(colours)
    return QImage(rgb.data, rgb.shape[1], rgb.shape[0], 3 * rgb.shape[1], QImage.Format.Format_RGB888).copy()


def held(line: Line, x: np.ndarray) -> Floats:
    """The last value of a line at or before each x, shape of `x`; NaN before the first and after the last.

    Where x decreases, the later values count.
    """
    if not len(line):
        return np.full(len(x), np.nan)
    own = line.x
    order = np.argsort(own, kind="stable") if (own[1:] < own[:-1]).any() else slice(None)
    own, values = own[order], line.values[order]
    at = np.searchsorted(own, x, "right") - 1
    found = values[np.clip(at, 0, len(own) - 1)]
    # The last reading is held for the distance between readings.
    reach = float(np.median(np.diff(own))) if len(own) > 1 else 0.0
    return np.where((at >= 0) & (x <= own[-1] + reach), found, np.nan)


class HeatPane(Pane):
    """Draws its curves as rows of colour instead of lines."""

    def __init__(self, spec: PaneSpec, title: str, theme: Theme) -> None:
        super().__init__(spec, title, theme)
        self.heat = HeatImage(self.box)
        self._ends: tuple[float, float] | None = None  # values of the first and the last tone

    def redraw(self, left: float, right: float, x_ticks: Floats, scenery: Scenery) -> None:
        size = self.box.size()
        rows = max(len(self.curves), 1)
        self.view = View(left, right, 0.0, float(rows), max(size.width(), 2.0), max(size.height(), 2.0))
        columns = self.view.x_at(1.0) - left
        x = left + (np.arange(int(self.view.width), dtype=np.float64) + 0.5) * columns
        values = np.array([held(curve.trace, x) for curve in self.curves]).reshape(-1, len(x))
        with np.errstate(divide="ignore", invalid="ignore"):
            shown = np.log10(np.where(values > 0, values, np.nan)) if self.is_log else values
        # Infinity is kept on either axis.
        shown[np.isinf(values)] = np.inf
        self.backdrop.scenery, self.backdrop.x_ticks = scenery, x_ticks
        self.backdrop.set_view(self.view)
        ends = scale(shown)
        self._ends = (10 ** ends[0], 10 ** ends[1]) if ends and self.is_log else ends
        self.heat.show_values(shown, self.theme, self.view)
        middles = np.arange(rows)[::-1] + 0.5
        every = max(1, int(np.ceil(rows * 14 / self.view.height)))
        names = [curve.name if i % every == 0 else "" for i, curve in enumerate(self.curves)]
        self.axis.show_ticks(Ticks(middles[: len(names)], names), self.view)
        self.show_cursor(self._cursor)

    def _update_header(self, x: float | None) -> None:
        """Show the values of the tones, and each layer's value at the cursor, in the header."""
        values = [] if self._ends is None else [number(value, 2) for value in self._ends]
        names = (_("least"), _("most"))
        entries = [Entry(*entry) for entry in zip(tones(self.theme), names, values, strict=False)]
        self.header.show_texts([self._readings(x)] if x is not None else [], entries)

    def _readings(self, x: float) -> str:
        found = ((curve.name, curve.trace.at(x)) for curve in self.curves)
        return "  ".join(f"{name} {number(value, 2)}" for name, value in found if value is not None)

    def _dots(self, x: float) -> list[tuple[float, QColor]]:
        return []

    def notes(self) -> list[str]:
        return []
