"""Plot of the loss on a plane as bands of equal loss, with the path of the weights."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from engine.i18n import _, number
from engine.probes.valley import Valley
from engine.table import Floats
from engine.training.landscape import PlaneScan
from gui.look.colours import blend
from gui.look.theme import Theme
from gui.plots.axes.framed import Names, inside, paint_frame
from gui.plots.axes.view import View
from gui.training.landscape.line import TRAIL, nowhere, paint_ahead, paint_ball

BANDS = 14
FINE = 300  # pixels along a side of the image of the bands
VALLEY_POINTS = 121


@dataclass(frozen=True)
class Plane:
    """What to draw: losses, shape (ny, nx), over x and y, and the path, shape (n, 2).

    The ball lies at point `ball` of the path; `ahead`, shape (n, 2), is where it would go next.
    """

    x: Floats
    y: Floats
    losses: Floats
    path: Floats
    names: Names
    ball: int = -1
    ahead: Floats = field(default_factory=nowhere)


def scan_plane_of(scan: PlaneScan, step: int | None = None) -> Plane:
    """The plane of the two directions in which the weights moved most, with the ball where it was at a step."""
    shares = [number(100 * share, 2) for share in scan.explained]
    names = Names(
        _("first direction of the path ({percent} % of its variance)").format(percent=shares[0]),
        _("second direction ({percent} % of its variance)").format(percent=shares[1]),
    )
    ball = -1 if step is None else max(int(np.searchsorted(scan.steps, step, "right")) - 1, 0)
    return Plane(scan.x, scan.y, scan.losses, scan.path, names, ball)


def valley_plane(valley: Valley, places: Floats, ahead: Floats, reach: tuple[float, float]) -> Plane:
    """The bowl of a quadratic loss over its two steepest axes, drawn as far as `reach` along each.

    `places` and `ahead`, the coming steps, have shapes (n, p) and (k, p) with p at least 2.
    """
    path = places[np.isfinite(places).all(axis=1)][-TRAIL:, :2]
    x, y = (np.linspace(-r, r, VALLEY_POINTS) for r in reach)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    names = Names(_("along the steepest axis"), _("along the next axis"))
    return Plane(x, y, valley.losses(grid), path, names, ahead=ahead[:, :2])


def paint_plane(painter: QPainter, plane: Plane, width: float, height: float, theme: Theme) -> None:
    """Paint a plane into a rectangle of this size."""
    area = inside(width, height)
    edges = float(plane.x[0]), float(plane.x[-1]), float(plane.y[0]), float(plane.y[-1])
    view = View(*edges, area.width(), area.height())
    painter.translate(area.topLeft())
    paint_frame(painter, view, plane.names, theme)
    painter.drawImage(QRectF(0, 0, view.width, view.height), _banded(plane.losses, theme))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipRect(QRectF(0, 0, view.width, view.height))
    _paint_path(painter, view, plane, theme)


def _banded(losses: Floats, theme: Theme) -> QImage:
    """Colour bands by the rank of the loss, so that a wall at the edge does not flatten the valley."""
    fine = _finer(_heights(losses))
    cuts = np.quantile(fine, np.linspace(0, 1, BANDS + 1)[1:-1])
    band = np.searchsorted(cuts, fine) / (BANDS - 1)
    deep, high = blend(theme.curves[0], theme.surface, 0.75), blend(theme.curves[0], theme.surface, 0.06)
    table = pg.ColorMap([0.0, 1.0], [deep, high]).getLookupTable(nPts=BANDS)
    rgb = np.ascontiguousarray(table[np.rint(band * (BANDS - 1)).astype(int)][::-1].astype(np.uint8))
    image = QImage(rgb.data, rgb.shape[1], rgb.shape[0], 3 * rgb.shape[1], QImage.Format.Format_RGB888)
    return image.copy()


def _heights(losses: Floats) -> Floats:
    """Logarithm of the height above the lowest point; non-finite values get the highest finite one."""
    is_value = np.isfinite(losses)
    if not is_value.any():
        return np.zeros_like(losses)
    known = losses[is_value]
    above = np.where(is_value, losses, known.max()) - known.min()
    return np.log(above + 1e-3 * float(np.median(above)) + 1e-300)


def _finer(values: Floats) -> Floats:
    """Interpolate the grid linearly to `FINE` pixels, so that the bands have smooth edges."""
    rows, columns = values.shape
    at_row, at_column = np.linspace(0, rows - 1, FINE), np.linspace(0, columns - 1, FINE)
    wide = np.stack([np.interp(at_column, np.arange(columns), row) for row in values])
    return np.stack([np.interp(at_row, np.arange(rows), column) for column in wide.T], axis=1)


def _paint_path(painter: QPainter, view: View, plane: Plane, theme: Theme) -> None:
    path = plane.path
    x, y = view.x_pixels(path[:, 0]), view.y_pixels(path[:, 1])
    painter.setPen(QPen(QColor(theme.curves[3]), 1.5))
    for i in range(1, len(path)):
        painter.drawLine(QLineF(x[i - 1], y[i - 1], x[i], y[i]))
    painter.setBrush(QColor(theme.curves[3]))
    for a, b in zip(x, y, strict=True) if len(path) <= 200 else ():
        painter.drawEllipse(QPointF(a, b), 2, 2)
    if len(path):
        paint_ahead(painter, view, np.concatenate([path[plane.ball][None], plane.ahead]), theme)
        paint_ball(painter, float(x[plane.ball]), float(y[plane.ball]), theme)
