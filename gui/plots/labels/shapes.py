"""Shapes of the severities: ▲ critical, ◆ warning, ● info."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from engine.events import Severity


def draw_shape(painter: QPainter, severity: Severity, centre: QPointF, size: float, colour: QColor) -> None:
    """Fill the shape of a severity in a square of `size` pixels around a point."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    half = size / 2
    x, y = centre.x(), centre.y()
    if severity is Severity.INFO:
        painter.drawEllipse(QRectF(x - half * 0.85, y - half * 0.85, size * 0.85, size * 0.85))
    else:
        low = y + half * 0.85
        corners = [(x, y - half * 0.95), (x + half, low), (x - half, low)]
        if severity is Severity.WARNING:
            corners = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.restore()
