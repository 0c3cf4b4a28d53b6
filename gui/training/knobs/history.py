"""Turned knobs as deeds: one drag is one change, and so is what is turned at one stroke."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from engine.run import Value
from gui.history import Deed, History
from gui.training.knobs.panel import Knobs

TOPIC = "knobs"


class KnobHistory(QObject):
    """Puts what the person turns into the history; taking it back turns the knobs, which the run records too."""

    def __init__(self, knobs: Knobs, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._knobs, self._history = knobs, history
        self._before: dict[str, Value] = {}
        self._after: dict[str, Value] = {}
        self._is_replaying = False
        knobs.turned.connect(self._was_turned)
        knobs.settled.connect(self.close_deed)

    def _was_turned(self, key: str, value: Value, before: Value) -> None:
        if self._is_replaying:
            return
        self._before.setdefault(key, before)
        self._after[key] = value
        if not self._knobs.is_dragged:
            QTimer.singleShot(0, self, self.close_deed)

    def close_deed(self) -> None:
        """What comes next is another change."""
        before, after = self._before, self._after
        self._before, self._after = {}, {}
        if before != after:
            self._history.did(Deed(lambda: self._turn(before), lambda: self._turn(after), TOPIC))

    def forget(self) -> None:
        """The knobs are those of another scenario."""
        self._before, self._after = {}, {}
        self._history.forget(TOPIC)

    def _turn(self, values: dict[str, Value]) -> None:
        self._is_replaying = True
        self._knobs.turn(values)
        self._is_replaying = False
