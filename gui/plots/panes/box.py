"""The view box of a pane, which handles the mouse."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal

from gui.plots.axes.axes import WHEEL_ZOOM


class PaneBox(pg.ViewBox):
    """Turns mouse actions into signals; the stack acts on them, since all panes share one x.

    Dragging moves along x, the wheel zooms x around the pointer (with Ctrl: y), dragging with Shift zooms to a range, a
    double click shows everything.
    """

    x_zoomed = Signal(float, float)  # factor, fixed pixel
    y_zoomed = Signal(float, float)
    x_dragged = Signal(float)  # pixels
    stretch_chosen = Signal(float, float)  # pixels
    stretch_changed = Signal(object)  # pixels (float, float) during the selection, or None
    clicked = Signal(QPointF)
    menu_wanted = Signal(object)  # QPoint on the screen
    fit_wanted = Signal()
    is_marking = False  # whether dragging chooses a range without Shift

    def __init__(self) -> None:
        super().__init__(enableMenu=False, enableMouse=False, defaultPadding=0)
        self.setBorder(None)

    def disconnect_all(self) -> None:
        """Disconnect all slots: one that references the pane keeps both alive, invisibly to Python's collector."""
        for signal in (
            self.x_zoomed,
            self.y_zoomed,
            self.x_dragged,
            self.stretch_chosen,
            self.stretch_changed,
            self.clicked,
            self.menu_wanted,
            self.fit_wanted,
            self.sigResized,
        ):
            signal.disconnect()

    def wheelEvent(self, ev: Any, axis: int | None = None) -> None:
        factor = WHEEL_ZOOM ** -ev.delta()
        if ev.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.y_zoomed.emit(factor, ev.pos().y())
        else:
            self.x_zoomed.emit(factor, ev.pos().x())
        ev.accept()

    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        if ev.button() != Qt.MouseButton.LeftButton:
            return
        ev.accept()
        if self.is_marking or ev.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._choose_stretch(ev)
        else:
            self.x_dragged.emit(ev.pos().x() - ev.lastPos().x())

    def _choose_stretch(self, ev: Any) -> None:
        start, end = sorted((ev.buttonDownPos().x(), ev.pos().x()))
        self.stretch_changed.emit(None if ev.isFinish() else (start, end))
        if ev.isFinish() and end - start > 4:
            self.stretch_chosen.emit(start, end)

    def mouseClickEvent(self, ev: Any) -> None:
        ev.accept()
        if ev.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(ev.screenPos())
        elif ev.double():
            self.fit_wanted.emit()
        elif ev.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(ev.pos())
