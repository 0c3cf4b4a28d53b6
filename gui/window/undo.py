"""Undo and redo of knob changes, run removals, and of what the person says of events."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.run import Run
from gui.runs.document import Runs
from gui.shell.actions import Actions
from gui.training.desk import TrainingDesk
from gui.training.knobs.history import KnobHistory

MOST = 200  # commands; each removed run is kept in memory by its own


class RemoveRun(QUndoCommand):
    """Removes a run."""

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


class Opinion(QUndoCommand):
    """Something that the person said of a run's events, and how it is taken back."""

    def __init__(self, say: Callable[[], object], take_back: Callable[[], object]) -> None:
        super().__init__()
        self._say, self._take_back = say, take_back

    def redo(self) -> None:
        self._say()

    def undo(self) -> None:
        self._take_back()


class UndoDesk(QObject):
    """Connects the actions with the undo stack."""

    def __init__(self, runs: Runs, desk: TrainingDesk, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._actions = runs, actions
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        self._knob_history = KnobHistory(desk.knobs, self.stack, self)
        desk.scenario_changed.connect(self._knob_history.clear)
        desk.scenario_changed.connect(self._drop_obsolete)
        self.stack.indexChanged.connect(self._update_actions)
        actions["undo"].triggered.connect(self.undo)
        actions["redo"].triggered.connect(self.redo)
        actions["close_run"].triggered.connect(self.remove_active)
        self._update_actions()

    def undo(self) -> None:
        """Undo the last change, even an unfinished one."""
        self._knob_history.end_stroke()
        self.stack.undo()
        self._drop_obsolete()

    def redo(self) -> None:
        """Redo the change undone last."""
        self._knob_history.end_stroke()
        self.stack.redo()
        self._drop_obsolete()

    def remove_active(self) -> None:
        """Remove the active run."""
        if self._runs.active is not None:
            self.remove(self._runs.active.run)

    def remove(self, run: Run) -> None:
        """Remove a run."""
        self.stack.push(RemoveRun(self._runs, run))

    def say(self, say: Callable[[], object], take_back: Callable[[], object]) -> None:
        """Say something of a run's events, so that it can be undone."""
        self._knob_history.end_stroke()
        self.stack.push(Opinion(say, take_back))

    def _drop_obsolete(self) -> None:
        """Drop obsolete commands, which the stack still offers to undo."""
        stack = self.stack
        while stack.canUndo() and stack.command(stack.index() - 1).isObsolete():
            stack.undo()
        while stack.canRedo() and stack.command(stack.index()).isObsolete():
            stack.redo()
        self._update_actions()  # the stack emits no signal when it drops an obsolete command to redo

    def _update_actions(self) -> None:
        self._actions["undo"].setEnabled(self.stack.canUndo())
        self._actions["redo"].setEnabled(self.stack.canRedo())
