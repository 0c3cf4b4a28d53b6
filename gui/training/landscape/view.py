"""View of the loss landscape along a line or on a plane, with the path of the weights."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.i18n import _
from engine.probes.valley import Valley
from engine.table import Floats
from engine.training.landscape import LineScan, PlaneScan
from gui.look.fonts import plot_font
from gui.look.theme import Theme, current_theme
from gui.training.landscape.line import Profile, paint_profile, scan_profile, valley_profile
from gui.training.landscape.plane import Plane, paint_plane, scan_plane_of, valley_plane


class LandscapeView(QWidget):
    """Shows one scan, or a quadratic loss in closed form, however they were computed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = current_theme()
        self._shown: Profile | Plane | None = None
        self.setAccessibleName(_("Loss landscape"))
        self.setMinimumSize(220, 160)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def show_line(self, scan: LineScan) -> None:
        """Draw the loss along the next step."""
        self._show(scan_profile(scan))

    def show_plane(self, scan: PlaneScan) -> None:
        """Draw the loss on the plane of the path."""
        self._show(scan_plane_of(scan))

    def show_valley(self, valley: Valley, weights: Floats, as_plane: bool = False) -> None:
        """Draw a quadratic loss with the path of the weights, shape (n, p), along its one or two steepest axes."""
        places = valley.place(weights) if len(weights) else np.empty((0, len(valley.curvatures)))
        has_plane = as_plane and len(valley.curvatures) > 1
        self._show(valley_plane(valley, places) if has_plane else valley_profile(valley, places))

    def clear(self) -> None:
        """Show only a hint."""
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
