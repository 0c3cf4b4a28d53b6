"""Which keys a control keeps for itself although the window has a shortcut on them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox

_PRESSED_BY_SPACE = (QAbstractButton, QAbstractItemView, QComboBox)
_MOVED_BY_ARROWS = (QAbstractItemView, QAbstractSlider, QComboBox)


class KeepKeys(QObject):
    """Space presses the focused button and arrows move the focused slider; elsewhere they are the training's."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _keeps(watched, event):
            event.accept()
            return True
        return False


def _keeps(control: QObject, event: QKeyEvent) -> bool:
    if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
        return False
    if event.key() == Qt.Key.Key_Space:
        return isinstance(control, _PRESSED_BY_SPACE)
    return event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and isinstance(control, _MOVED_BY_ARROWS)
