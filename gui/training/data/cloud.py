"""Scatter plot of a regression: predicted against true values, or both over one feature."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from engine.i18n import _
from engine.table import Floats, Rows
from engine.training.sheet import Sheet
from gui.look.colours import blend
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.framed import Names, inside, paint_frame
from gui.plots.axes.scaling import with_margin
from gui.plots.axes.view import View

MOST = 1500
DOT = 1.8
NEAR = 3  # ranges of the true values: predictions further away are outside the plot


def paint_cloud(painter: QPainter, sheet: Sheet, feature: int, width: float, height: float, theme: Theme) -> None:
    """Paint predicted against true values (feature −1), or both over a feature."""
    rows = slice(None, None, max(1, len(sheet.targets) // MOST))
    true, predicted = sheet.targets[rows].astype(float), sheet.predicted[rows].astype(float)
    x = true if feature < 0 else sheet.inputs[rows, feature]
    area = inside(width, height)
    view = _view(x, true, predicted, feature < 0, area)
    title = _("Predicted price") if feature < 0 else _("Price")
    names = Names(_("true price") if feature < 0 else _(sheet.names[feature]), title)
    painter.translate(area.topLeft())
    paint_frame(painter, view, names, theme)
    if feature >= 0:
        _paint_legend(painter, view, theme)
    painter.setClipRect(QRectF(0, 0, view.width, view.height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if feature < 0:
        _paint_diagonal(painter, view, theme)
    else:
        _paint_dots(painter, view, x, true, blend(theme.curves[0], theme.surface, 0.7))
    _paint_dots(painter, view, x, predicted, blend(theme.curves[3], theme.surface, 0.7))


def _paint_legend(painter: QPainter, view: View, theme: Theme) -> None:
    painter.setFont(plot_font())
    metrics, right = QFontMetricsF(painter.font()), view.width
    for text, colour in ((_("predicted"), theme.curves[3]), (_("true"), theme.curves[0])):
        right -= metrics.horizontalAdvance(text)
        painter.setPen(QColor(theme.text_quiet))
        painter.drawText(QPointF(right, -10), text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QPointF(right - 8, -14), 3, 3)
        right -= 24


def _view(x: Floats, true: Floats, predicted: Floats, is_square: bool, area: QRectF) -> View:
    """A view that fits the true values and the predictions near them; exploded ones fall outside."""
    near = predicted[is_near(true, predicted)]
    shown = np.concatenate([true, near])  # near is empty once all predictions are outside
    low, high = with_margin(float(shown.min()), float(shown.max()))
    left, right = (low, high) if is_square else with_margin(float(x.min()), float(x.max()))
    return View(left, right, low, high, area.width(), area.height())


def is_near(true: Floats | Rows, predicted: Floats | Rows) -> NDArray[np.bool_]:
    """Which predictions are inside the plot, shape (n,); NaN is not."""
    spread = float(np.ptp(true)) or 1.0
    with np.errstate(invalid="ignore"):
        return np.abs(predicted - true.mean()) < NEAR * spread


def _paint_diagonal(painter: QPainter, view: View, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.text_quiet), 1.2, Qt.PenStyle.DashLine))
    ends = np.array([view.left, view.right])
    (x0, x1), (y0, y1) = view.x_pixels(ends), view.y_pixels(ends)
    painter.drawLine(QLineF(x0, y0, x1, y1))


def _paint_dots(painter: QPainter, view: View, x: Floats, y: Floats, colour: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    is_there = (y >= view.bottom) & (y <= view.top)  # excludes NaN and exploded values
    for a, b in zip(view.x_pixels(x[is_there]), view.y_pixels(y[is_there]), strict=True):
        painter.drawEllipse(QPointF(a, b), DOT, DOT)
