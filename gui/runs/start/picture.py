"""Draws a small curve; it draws itself anew while something points at it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.colours import faded
from gui.look.icons import paint_severity
from gui.look.motion import is_motion_reduced
from gui.look.theme import current_theme
from gui.runs.start.small_curve import SmallCurve

DRAWING_MILLISECONDS = 1100
EVENT_OPACITY, LIT_OPACITY = 0.14, 0.4
SHAPE = 8.0


class CurvePicture(QWidget):
    """A curve of a fixed size, with its event shaded and marked."""

    def __init__(self, curve: SmallCurve, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(size)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.curve = curve
        self.drawn = 1.0  # share of the curve
        self._is_lit = False
        self._drawing = QVariantAnimation(self)
        self._drawing.setStartValue(0.0)
        self._drawing.setEndValue(1.0)
        self._drawing.setDuration(DRAWING_MILLISECONDS)
        self._drawing.valueChanged.connect(self._show)

    def show_curve(self, curve: SmallCurve) -> None:
        """Show another curve."""
        self.curve = curve
        self.update()

    def play(self) -> None:
        """Draw the curve from the start, and light its event; still where motion is reduced."""
        self._is_lit = True
        if not is_motion_reduced(self.style()) and self.curve.x:
            self._drawing.start()
        self.update()

    def rest(self) -> None:
        """Show the whole curve."""
        self._drawing.stop()
        self._is_lit = False
        self._show(1.0)

    def _show(self, share: float) -> None:
        self.drawn = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_curve(painter, QRectF(self.rect()).adjusted(2, 3, -2, -3), self.curve, self.drawn, self._is_lit)


def paint_curve(painter: QPainter, box: QRectF, curve: SmallCurve, drawn: float = 1.0, is_lit: bool = False) -> None:
    """Paint the first share of a curve, and its event once it is reached."""
    theme = current_theme()
    if curve.severity is not None and drawn >= curve.start:
        colour = theme.severity[curve.severity]
        left = box.left() + box.width() * curve.start
        right = box.left() + box.width() * min(curve.end, drawn)
        band = QRectF(left, box.top(), max(right - left, 3.0), box.height())
        painter.fillRect(band, faded(colour, LIT_OPACITY if is_lit and drawn >= curve.end else EVENT_OPACITY))
    painter.setPen(QPen(QColor(theme.curves[0]), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    part: list[QPointF] = []
    for x, y in zip(curve.x, curve.y):
        if y is None or x > drawn:
            painter.drawPolyline(QPolygonF(part))
            part = []
        else:
            part.append(QPointF(box.left() + box.width() * x, box.bottom() - box.height() * y))
    painter.drawPolyline(QPolygonF(part))
    if curve.severity is not None and drawn >= curve.start:
        at = box.left() + min(max(box.width() * curve.start, SHAPE / 2), box.width() - SHAPE / 2)
        paint_severity(painter, curve.severity, QRectF(at - SHAPE / 2, box.top(), SHAPE, SHAPE))
