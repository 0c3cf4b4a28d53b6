"""Decides between a control and the window's shortcuts over the keys that both use."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QWidget,
)

_PRESSED_BY_SPACE = (QAbstractButton, QAbstractItemView, QComboBox)
_MOVED_BY_ARROWS = (QAbstractItemView, QAbstractSlider, QComboBox)


class KeepKeys(QObject):
    """Gives Space to the focused button and arrows to the focused slider; elsewhere they control the training.

    In a field in which nothing was typed, Undo undoes the last change of a knob instead.
    It filters the focused control only: as a filter of the whole application it would be called, in Python, for each of
    the hundreds of events per second.
    """

    def __init__(self, app: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_focus_changed(None, app.focusWidget())
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, before: QWidget | None, focused: QWidget | None) -> None:
        if before is not None and shiboken6.isValid(before):  # it may have lost the focus by being destroyed
            before.removeEventFilter(self)
        if focused is not None:
            focused.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if _keeps(watched, event):
            event.accept()
            return True
        if _gives_up(watched, event):
            event.ignore()
            return True
        return False


def _keeps(control: QObject, event: QKeyEvent) -> bool:
    if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
        return False
    if event.key() == Qt.Key.Key_Space:
        return isinstance(control, _PRESSED_BY_SPACE)
    return event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(control, _MOVED_BY_ARROWS)


def _gives_up(control: QObject, event: QKeyEvent) -> bool:
    field = control.lineEdit() if isinstance(control, QAbstractSpinBox) else control
    if not isinstance(field, QLineEdit):
        return False
    if event.matches(QKeySequence.StandardKey.Undo):
        return not field.isUndoAvailable()
    return event.matches(QKeySequence.StandardKey.Redo) and not field.isRedoAvailable()
