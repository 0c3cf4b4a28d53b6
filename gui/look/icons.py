"""Icons in the theme's colours."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF
from PySide6.QtSvg import QSvgRenderer

from engine.events import Severity
from engine.resources import resource
from gui.look.theme import current_theme

FOLDER = resource("icons")
SIZES = (16, 24, 32, 48)  # up to three times the size at which they are shown


@cache
def _drawn(name: str, colour: str) -> list[QPixmap]:
    """An icon in every size."""
    picture = (FOLDER / f"{name}.svg").read_text("utf-8").replace("currentColor", colour)
    renderer, made = QSvgRenderer(picture.encode()), []
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        made.append(pixmap)
    return made


def icon(name: str) -> QIcon:
    """A line icon in the text colour, dimmed when disabled; its pixmaps are cached."""
    theme = current_theme()
    made = QIcon()
    for colour, mode in ((theme.text, QIcon.Mode.Normal), (theme.border, QIcon.Mode.Disabled)):
        for pixmap in _drawn(name, colour):
            made.addPixmap(pixmap, mode)
    return made


def application_icon() -> QIcon:
    """The program's own icon."""
    return QIcon(str(FOLDER / "overshoot.svg"))


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
