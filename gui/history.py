"""What a person changed and can take back, newest last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

MOST = 200  # further back nobody goes, and a removed run is kept in memory by its deed


@dataclass(frozen=True)
class Deed:
    """One change: how it is taken back, and how it is done again."""

    undo: Callable[[], None]
    redo: Callable[[], None]
    topic: str = ""  # deeds of one topic can be forgotten together


class History(QObject):
    """Deeds that were done, and those that were undone and can be done again.

    Signals
    -------
    changed : what can be undone or done again
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done: list[Deed] = []
        self._undone: list[Deed] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change that was taken back and not followed by another."""
        return bool(self._undone)

    def did(self, deed: Deed) -> None:
        """Remember a change; what had been taken back before it is gone."""
        self._done = [*self._done, deed][-MOST:]
        self._undone = []
        self.changed.emit()

    def undo(self) -> None:
        """Take the last change back."""
        if self._done:
            deed = self._done.pop()
            self._undone.append(deed)
            deed.undo()
            self.changed.emit()

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._undone:
            deed = self._undone.pop()
            self._done.append(deed)
            deed.redo()
            self.changed.emit()

    def forget(self, topic: str) -> None:
        """Leave out the changes of a topic, whose ground is gone."""
        self._done = [deed for deed in self._done if deed.topic != topic]
        self._undone = [deed for deed in self._undone if deed.topic != topic]
        self.changed.emit()
