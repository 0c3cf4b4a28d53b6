"""Controls for a form that scrolls: the wheel moves the form, never a value under the pointer."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSlider, QSpinBox


class CalmSlider(QSlider):
    """A slider that leaves the wheel to the form."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalmCombo(QComboBox):
    """A choice that leaves the wheel to the form."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class CalmSpinBox(QSpinBox):
    """A number that leaves the wheel to the form."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
