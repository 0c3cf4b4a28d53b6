"""Undo and redo: for knobs and for runs that were removed."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.run import Run
from gui.runs.document import Runs
from gui.shell.actions import Actions
from gui.training.desk import TrainingDesk
from gui.training.knobs.history import KnobHistory

MOST = 200  # further back nobody goes, and a removed run is kept in memory by its command


class RemoveRun(QUndoCommand):
    """Takes a run off the plots."""

    def __init__(self, runs: Runs, run: Run) -> None:
        super().__init__()
        self._runs, self._run = runs, run

    def redo(self) -> None:
        row = next((row for row, shown in enumerate(self._runs.all) if shown.run is self._run), None)
        if row is not None:
            self._runs.activate(row)
            self._runs.remove_active()

    def undo(self) -> None:
        self._runs.restore()


class UndoDesk(QObject):
    """Between the actions and the stack of what was changed."""

    def __init__(self, runs: Runs, desk: TrainingDesk, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._actions = runs, actions
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        self._knob_history = KnobHistory(desk.knobs, self.stack, self)
        desk.scenario_changed.connect(self._knob_history.forget)
        desk.scenario_changed.connect(self._drop_obsolete)
        self.stack.indexChanged.connect(self._follow)
        actions["undo"].triggered.connect(self.undo)
        actions["redo"].triggered.connect(self.redo)
        actions["close_run"].triggered.connect(self.remove_active)
        self._follow()

    def undo(self) -> None:
        """Undo the last change, also one that is being made."""
        self._knob_history.end_stroke()
        self.stack.undo()
        self._drop_obsolete()

    def redo(self) -> None:
        """Redo what was undone last."""
        self._knob_history.end_stroke()
        self.stack.redo()
        self._drop_obsolete()

    def remove_active(self) -> None:
        """Take the active run off the plots."""
        active = self._runs.active
        if active is not None:
            self.stack.push(RemoveRun(self._runs, active.run))

    def _drop_obsolete(self) -> None:
        """The stack counts an obsolete command as one that can be undone: nobody should press a key for nothing."""
        stack = self.stack
        while stack.canUndo() and stack.command(stack.index() - 1).isObsolete():
            stack.undo()
        while stack.canRedo() and stack.command(stack.index()).isObsolete():
            stack.redo()
        self._follow()  # the stack sends no signal where an obsolete command to be redone is dropped

    def _follow(self) -> None:
        self._actions["undo"].setEnabled(self.stack.canUndo())
        self._actions["redo"].setEnabled(self.stack.canRedo())
