"""Plot of the loss along one direction: a parabola with the steps on it, or a scan along the next step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QRadialGradient

from engine.i18n import _
from engine.probes.valley import Valley
from engine.table import Floats
from engine.training.landscape import LineScan
from gui.look.colours import blend
from gui.look.fonts import plot_font
from gui.look.theme import Theme
from gui.plots.axes.framed import Names, inside, paint_frame
from gui.plots.axes.scaling import with_margin
from gui.plots.axes.view import View

CURVE_POINTS = 200
BALL = 7.0  # pixels
TRAIL = 50  # steps drawn behind the ball
FAR = 1e5  # pixels
RECENT = 12  # steps of a trajectory that are distinguished by their opacity


def nowhere() -> Floats:
    """No points, shape (0, 2)."""
    return np.empty((0, 2))


@dataclass(frozen=True)
class Spot:
    """A named point on the curve."""

    x: float
    y: float
    name: str


@dataclass(frozen=True)
class Profile:
    """What to draw: a curve, optionally a prediction, the points of a trajectory in order, and named spots.

    The last point of `path` is the ball; `ahead`, shape (n, 2), is where it would go next.
    """

    x: Floats
    y: Floats
    predicted: Floats | None
    path: Floats  # shape (n, 2)
    spots: Sequence[Spot]
    names: Names
    ahead: Floats = field(default_factory=nowhere)


def scan_profile(scan: LineScan) -> Profile:
    """The loss along the next step, with the parabola predicted from slope and curvature."""
    spots = [Spot(0.0, scan.before, _("now")), Spot(1.0, scan.after, _("after the step"))]
    if scan.best is not None and scan.alphas[0] <= scan.best <= scan.alphas[-1]:
        spots.append(Spot(scan.best, float(np.interp(scan.best, scan.alphas, scan.losses)), _("best length")))
    path = np.array([[0.0, scan.before], [1.0, scan.after]])
    return Profile(scan.alphas, scan.losses, scan.predicted, path, spots, Names(_("length of the step"), _("Loss")))


def valley_profile(valley: Valley, places: Floats, ahead: Floats, reach: float) -> Profile:
    """The steepest parabola of a quadratic loss, drawn as far as `reach`, with the path of the weights.

    `places` and `ahead`, the coming steps, have shapes (n, p) and (k, p).
    """
    x = np.linspace(-reach, reach, CURVE_POINTS)
    names = Names(_("distance from the minimum, steepest axis"), _("Loss"))
    path, coming = (_on_parabola(valley, part) for part in (places[-TRAIL:], ahead))
    return Profile(x, valley.losses(x[:, None]), None, path, (), names, coming)


def _on_parabola(valley: Valley, places: Floats) -> Floats:
    along = places[np.isfinite(places).all(axis=1), :1]
    with np.errstate(over="ignore"):
        return np.column_stack([along[:, 0], valley.losses(along)])


def paint_profile(painter: QPainter, profile: Profile, width: float, height: float, theme: Theme) -> None:
    """Paint a profile into a rectangle of this size."""
    area = inside(width, height)
    y = profile.y[np.isfinite(profile.y)]
    low, high = with_margin(float(y.min()), float(y.max())) if len(y) else (0.0, 1.0)
    view = View(float(profile.x[0]), float(profile.x[-1]), low, high, area.width(), area.height())
    painter.translate(area.topLeft())
    paint_frame(painter, view, profile.names, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(QRectF(0, 0, view.width, view.height))
    if profile.predicted is not None:
        _paint_curve(
            painter, view, profile.x, profile.predicted, QPen(QColor(theme.text_quiet), 1.2, Qt.PenStyle.DashLine)
        )
    _paint_curve(painter, view, profile.x, profile.y, QPen(QColor(theme.curves[0]), 2))
    _paint_path(painter, view, profile.path, theme)
    paint_ahead(painter, view, np.concatenate([profile.path[-1:], profile.ahead]), theme)
    if len(profile.path):
        x_of_ball, y_of_ball = _pixels(view, profile.path)[-1]
        paint_ball(painter, x_of_ball, y_of_ball, theme)
    painter.restore()
    _paint_spots(painter, view, profile.spots, theme)


def _paint_curve(painter: QPainter, view: View, x: Floats, y: Floats, pen: QPen) -> None:
    painter.setPen(pen)
    is_there = np.isfinite(y)
    pixels = zip(view.x_pixels(x[is_there]), view.y_pixels(y[is_there]), strict=True)
    painter.drawPolyline(QPolygonF([QPointF(a, b) for a, b in pixels]))


def _paint_path(painter: QPainter, view: View, path: Floats, theme: Theme) -> None:
    """Paint straight lines between the points, older ones fainter, so that a step across the valley shows as one."""
    places = _pixels(view, path)
    for i, (x, y) in enumerate(places):
        strength = max(0.25, 1 - (len(path) - 1 - i) / RECENT)
        colour = blend(theme.curves[3], theme.surface, strength)
        painter.setPen(QPen(colour, 1.4))
        if i:
            painter.drawLine(QPointF(*places[i - 1]), QPointF(x, y))
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(x, y), 3, 3)


def _pixels(view: View, path: Floats) -> Floats:
    """Pixels of points, far ones held where the painter's arithmetic still works."""
    return np.clip(np.column_stack([view.x_pixels(path[:, 0]), view.y_pixels(path[:, 1])]), -FAR, FAR)


def paint_ahead(painter: QPainter, view: View, path: Floats, theme: Theme) -> None:
    """Paint the coming steps from the ball on, the first point of `path`."""
    painter.setPen(QPen(QColor(theme.text_quiet), 1.2, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    places = _pixels(view, path[np.isfinite(path).all(axis=1)])
    for before, after in pairwise(places):
        painter.drawLine(QPointF(*before), QPointF(*after))
    for x, y in places[1:]:
        painter.drawEllipse(QPointF(x, y), 3, 3)


def paint_ball(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    """Paint the weights as a ball."""
    shade = QRadialGradient(QPointF(x - BALL / 3, y - BALL / 3), 1.6 * BALL)
    shade.setColorAt(0.0, blend(theme.curves[3], "#ffffff", 0.35))
    shade.setColorAt(0.5, QColor(theme.curves[3]))
    shade.setColorAt(1.0, blend(theme.curves[3], "#000000", 0.7))
    painter.setPen(QPen(QColor(theme.surface), 1.5))
    painter.setBrush(shade)
    painter.drawEllipse(QPointF(x, y), BALL, BALL)


def _paint_spots(painter: QPainter, view: View, spots: Sequence[Spot], theme: Theme) -> None:
    painter.setFont(plot_font())
    metrics = QFontMetricsF(painter.font())
    taken: list[QRectF] = []
    for spot in spots:
        x, y = view.x_pixel(spot.x), view.y_pixel(spot.y)
        painter.setPen(QPen(QColor(theme.curves[3]), 2))
        painter.setBrush(QColor(theme.surface))
        painter.drawEllipse(QPointF(x, y), 4.5, 4.5)
        width, height = metrics.horizontalAdvance(spot.name) + 4, metrics.height()
        left = x + 9 if x + 9 + width < view.width else x - 9 - width
        # Above the spot, or in the next free place: below, or higher up.
        shifts = (-height - 4, 6, -2 * height - 4, height + 6, -3 * height - 4, 2 * height + 6)
        rects = [QRectF(left, y + shift, width, height) for shift in shifts]
        rects = [rect for rect in rects if rect.top() >= 0 and rect.bottom() <= view.height] or rects[:1]
        rect = next((r for r in rects if not any(r.intersects(other) for other in taken)), rects[-1])
        taken.append(rect)
        painter.setPen(QColor(theme.text))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, spot.name)
