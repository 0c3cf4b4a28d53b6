"""The slider of a knob: dragged coarsely or finely, with the wheel on focus, and with what is unstable shaded."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider

from engine.events import Severity
from gui.look.colours import faded
from gui.look.theme import current_theme
from gui.training.knobs.scale import POSITIONS

FINE = 0.1  # of the coarse movement, with Shift held
NOTCH = 120  # of the wheel
WHEEL_STEPS = 40  # notches over the whole track
ZONE_OPACITY, OLD_OPACITY = 0.75, 0.3
ZONE_HEIGHT = 6.0


class KnobTrack(QSlider):
    """A horizontal slider over `POSITIONS`.

    Signals
    -------
    reset_wanted : it was double-clicked
    """

    reset_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, POSITIONS)
        self.setSingleStep(POSITIONS // 400)
        self.setPageStep(POSITIONS // 20)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._exact = 0.0  # position of the drag, also between two positions
        self._last_x = 0.0
        self._wheel = 0
        self.unstable_from: int | None = None
        self._is_old = False

    def show_unstable(self, position: int | None, is_old: bool = False) -> None:
        """Shade the track from a position on, paler where that was measured long ago; None shades nothing."""
        if (position, is_old) != (self.unstable_from, self._is_old):
            self.unstable_from, self._is_old = position, is_old
            self.update()

    # Mouse and wheel

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._exact, self._last_x = float(self.sliderPosition()), event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.isSliderDown():
            super().mouseMoveEvent(event)
            return
        share = (event.position().x() - self._last_x) / max(self._length(), 1)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            share *= FINE
        self._last_x = event.position().x()
        self._exact = min(max(self._exact + share * POSITIONS, -0.1 * POSITIONS), 1.1 * POSITIONS)
        self.setSliderPosition(round(min(max(self._exact, 0.0), float(POSITIONS))))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.reset_wanted.emit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn the knob that has the focus; otherwise the form scrolls."""
        if not self.hasFocus():
            event.ignore()
            return
        is_fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._wheel += turned
        notches, self._wheel = int(self._wheel / NOTCH), self._wheel - int(self._wheel / NOTCH) * NOTCH
        step = POSITIONS / WHEEL_STEPS * (FINE if is_fine else 1.0)
        if notches:
            self.setSliderPosition(round(self.sliderPosition() + notches * step))
            self.actionTriggered.emit(QSlider.SliderAction.SliderMove.value)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._wheel = 0

    # Drawing

    def _handle(self) -> QRectF:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_SliderHandle
        return QRectF(self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self))

    def _length(self) -> float:
        """Pixels between the first and the last position of the handle."""
        return self.width() - self._handle().width()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.unstable_from is None or self.unstable_from >= POSITIONS:
            return
        handle, theme = self._handle(), current_theme()
        left = handle.width() / 2 + self._length() * self.unstable_from / POSITIONS
        middle = self.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        red = theme.severity[Severity.CRITICAL]
        painter.setBrush(faded(red, OLD_OPACITY if self._is_old else ZONE_OPACITY))
        zone = QRectF(left, middle - ZONE_HEIGHT / 2, self.width() - handle.width() / 2 - left, ZONE_HEIGHT)
        for part in _without(zone, handle):
            painter.drawRect(part)
        painter.setBrush(faded(red, OLD_OPACITY) if self._is_old else QColor(red))
        painter.drawPolygon([QPointF(left - 3, middle - 7), QPointF(left + 3, middle - 7), QPointF(left, middle - 2)])


def _without(zone: QRectF, handle: QRectF) -> list[QRectF]:
    """The parts of the zone beside the handle, which stays in front."""
    left = QRectF(zone.left(), zone.top(), min(handle.left(), zone.right()) - zone.left(), zone.height())
    start = max(handle.right() + 1, zone.left())
    right = QRectF(start, zone.top(), zone.right() - start, zone.height())
    return [part for part in (left, right) if part.width() > 0]
