"""Undo commands for knobs: one drag is one change, and so are knobs turned together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.run import Value
from gui.training.knobs.panel import Knobs

Values = Mapping[str, Value]


class TurnKnobs(QUndoCommand):
    """Knobs turned together; undoing turns them back, which the run records as well."""

    def __init__(self, turn: Callable[[Values], None], before: Values, after: Values) -> None:
        super().__init__()
        self._turn, self._before, self._after = turn, before, after
        self._is_done = True

    def redo(self) -> None:
        if not self._is_done:  # the stack also calls this when the command is pushed
            self._turn(self._after)
        self._is_done = True

    def undo(self) -> None:
        self._is_done = False
        self._turn(self._before)


class KnobHistory(QObject):
    """Pushes the user's knob changes on the undo stack."""

    def __init__(self, knobs: Knobs, stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._knobs, self._stack = knobs, stack
        self._before: dict[str, Value] = {}
        self._after: dict[str, Value] = {}
        self._is_replaying = False
        knobs.turned.connect(self._on_turned)
        knobs.settled.connect(self.end_stroke)

    def _on_turned(self, key: str, value: Value, before: Value) -> None:
        if self._is_replaying:
            return
        self._before.setdefault(key, before)
        self._after[key] = value
        if not self._knobs.is_dragged:
            QTimer.singleShot(0, self, self.end_stroke)

    def end_stroke(self) -> None:
        """End the current change; the next turn is a new one."""
        before, after = self._before, self._after
        self._before, self._after = {}, {}
        if before != after:
            self._stack.push(TurnKnobs(self._turn, before, after))

    def clear(self) -> None:
        """Make the earlier changes obsolete, since the knobs are another scenario's."""
        self._before, self._after = {}, {}
        for place in range(self._stack.count()):
            command = self._stack.command(place)
            if isinstance(command, TurnKnobs):
                command.setObsolete(True)

    def _turn(self, values: Values) -> None:
        self._is_replaying = True
        self._knobs.turn(values)
        self._is_replaying = False
