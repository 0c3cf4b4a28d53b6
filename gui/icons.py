"""Icons in the theme's colours."""

from __future__ import annotations

from pathlib import Path

import qtawesome
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPolygonF

from engine.events import Severity
from gui.theme import current_theme

APPLICATION = Path(__file__).resolve().parent.parent / "resources" / "icons" / "overshoot.svg"


def icon(name: str) -> QIcon:
    """A Material Design icon in the colour of text; dimmed where it is disabled."""
    theme = current_theme()
    return qtawesome.icon(f"mdi6.{name}", color=theme.text, color_disabled=theme.border)


def application_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(APPLICATION))


def paint_severity(painter: QPainter, severity: Severity, box: QRectF) -> None:
    """Draw a severity's shape in its colour: triangle, diamond, disc."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current_theme().severity[severity]))
    if severity is Severity.INFO:
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        return
    middle = box.center()
    if severity is Severity.CRITICAL:
        corners = [QPointF(middle.x(), box.top()), box.bottomRight(), box.bottomLeft()]
    else:
        corners = [
            QPointF(middle.x(), box.top()),
            QPointF(box.right(), middle.y()),
            QPointF(middle.x(), box.bottom()),
            QPointF(box.left(), middle.y()),
        ]
    painter.drawPolygon(QPolygonF(corners))
