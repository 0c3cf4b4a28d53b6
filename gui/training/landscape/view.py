"""View of the loss landscape along a line or on a plane, with the path of the weights."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.i18n import N_, _
from engine.probes.valley import Valley
from engine.table import Floats
from engine.training.landscape import LineScan, PlaneScan
from gui.look.fonts import plot_font
from gui.look.language import set_translated
from gui.look.theme import Theme, current_theme
from gui.training.landscape.line import Profile, paint_profile, scan_profile, valley_profile
from gui.training.landscape.plane import Plane, paint_plane, scan_plane_of, valley_plane

AHEAD = 8  # coming steps
RECENT = 12  # steps that set the scale
ROOM = 4.0  # times as wide a bowl as the steps when the scale changes


def held_reach(before: tuple[float, ...], places: Floats) -> tuple[float, ...]:
    """How far to draw a bowl along each axis: as before until the ball leaves it or is lost in it.

    An axis that followed the ball would show the same picture in every step of an explosion.

    Examples
    --------
    >>> held_reach((), np.array([[1.0], [-1.0]]))
    (4.0,)
    >>> held_reach((4.0,), np.array([[1.0], [3.9]])), held_reach((4.0,), np.array([[4.1]]))
    ((4.0,), (16.4,))
    """
    finite = places[np.isfinite(places).all(axis=1)]
    least = np.abs(finite).max(axis=0) if len(finite) else np.ones(places.shape[1])
    wanted = [min(max(float(value), 1e-12), 1e150) for value in least]
    if len(before) != len(wanted):
        return tuple(ROOM * value for value in wanted)
    is_apt = [value <= now <= ROOM**2 * value for now, value in zip(before, wanted, strict=True)]
    return tuple(now if apt else ROOM * value for now, value, apt in zip(before, wanted, is_apt, strict=True))


class LandscapeView(QWidget):
    """Shows one scan, or a quadratic loss in closed form, however they were computed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self._shown: Profile | Plane | None = None
        self._reach: tuple[float, ...] = ()  # of a bowl along each axis
        set_translated(self.setAccessibleName, N_("Loss landscape"))
        self.setMinimumSize(220, 160)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def show_line(self, scan: LineScan) -> None:
        """Draw the loss along the next step."""
        self._show(scan_profile(scan))

    def show_plane(self, scan: PlaneScan, step: int | None = None) -> None:
        """Draw the loss on the plane of the path, with the ball where it was at a step."""
        self._show(scan_plane_of(scan, step))

    def show_valley(self, valley: Valley, weights: Floats, as_plane: bool = False, rate: float | None = None) -> None:
        """Draw a quadratic loss with the path of the weights, shape (n, p), along its one or two steepest axes.

        With a learning rate also the coming steps of gradient descent.
        """
        places = valley.place(weights) if len(weights) else np.empty((0, len(valley.curvatures)))
        ahead = places[:0]
        if rate is not None and len(places):
            ahead = valley.descent(places[-1], rate, AHEAD)
        has_plane = as_plane and len(valley.curvatures) > 1
        self._reach = held_reach(self._reach, places[-RECENT:, : 2 if has_plane else 1])
        if has_plane:
            self._show(valley_plane(valley, places, ahead, (self._reach[0], self._reach[1])))
        else:
            self._show(valley_profile(valley, places, ahead, self._reach[0]))

    def clear(self) -> None:
        """Show only a hint."""
        self._reach = ()
        self._show(None)

    def _show(self, shown: Profile | Plane | None) -> None:
        self._shown = shown
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Apply a theme."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # left active by an error, it would crash the window
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self.theme.surface))
        if isinstance(self._shown, Profile):
            paint_profile(painter, self._shown, self.width(), self.height(), self.theme)
        elif self._shown is not None:
            paint_plane(painter, self._shown, self.width(), self.height(), self.theme)
        else:
            painter.setFont(plot_font())
            painter.setPen(QColor(self.theme.text_quiet))
            area = self.rect().adjusted(24, 24, -24, -24)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area, flags, _("The loss around the weights appears here."))
