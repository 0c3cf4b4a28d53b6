"""Keeps a frame floating over the bottom of another widget, so that it moves nothing when it comes and goes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFrame, QWidget

MARGIN = 12


class Floating(QFrame):
    """A frame in the middle of its ground's lower edge, never wider than it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toast")
        self._ground: QWidget | None = None
        self._lift = 0

    def float_over(self, ground: QWidget, lift: int = 0) -> None:
        """Float over a widget, `lift` pixels above its lower edge."""
        self._ground, self._lift = ground, lift
        self.setParent(ground)
        ground.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self.place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def wanted_width(self) -> int:
        """The width that shows all of it."""
        return self.sizeHint().width()

    def place(self) -> None:
        """Move to the ground's lower edge and in front of everything else there."""
        if self._ground is None or self.isHidden():
            return
        room = self._ground.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN - self._lift)
        width, height = min(self.wanted_width(), room.width()), self.sizeHint().height()
        self.setGeometry(room.center().x() - width // 2, room.bottom() - height, width, height)
        self.raise_()
