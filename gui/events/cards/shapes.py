"""The shape of a severity, and a number as a bar against its limit."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.events import Severity
from gui.look.icons import paint_severity
from gui.look.theme import current_theme


class SeverityShape(QWidget):
    """Draws the shape of a severity: triangle, diamond or disc."""

    def __init__(self) -> None:
        super().__init__()
        self.severity = Severity.INFO
        self.setFixedSize(QSize(12, 12))

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_severity(painter, self.severity, QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))


class LimitBar(QWidget):
    """A number as a bar against the limit from which on it counts, which is a line."""

    SPAN = 0.4  # of the width that is before the limit

    def __init__(self, value: float, limit: float) -> None:
        super().__init__()
        self._share = value / limit
        self.setFixedHeight(6)
        self.setMinimumWidth(40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, width, height = current_theme(), self.width(), self.height()
        at = self.SPAN * width
        # What exceeds the limit is compressed, so that ten and a hundred times it differ but fit.
        beyond = max(self._share - 1, 0.0)
        end = at * min(self._share, 1.0) + (width - at) * beyond / (beyond + 3)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, width, height, QColor(theme.raised))
            painter.fillRect(QRectF(0, 0, min(end, at), height), QColor(theme.text_quiet))
            painter.fillRect(QRectF(at, 0, max(end - at, 0.0), height), QColor(theme.severity[Severity.WARNING]))
            painter.fillRect(QRectF(at - 1, 0, 2, height), QColor(theme.text))
