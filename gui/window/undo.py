"""Undo and redo: for knobs and for runs that were removed."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.run import Run
from gui.history import Deed, History
from gui.runs.model import Runs
from gui.shell.actions import Actions
from gui.training.desk import TrainingDesk
from gui.training.knobs.history import KnobHistory


class UndoDesk(QObject):
    """Between the actions and the history of what was changed."""

    def __init__(self, runs: Runs, desk: TrainingDesk, actions: Actions, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._actions = runs, actions
        self.history = History(self)
        self._knob_history = KnobHistory(desk.knobs, self.history, self)
        desk.scenario_changed.connect(lambda _name: self._knob_history.forget())
        self.history.changed.connect(self._follow)
        actions["undo"].triggered.connect(self.undo)
        actions["redo"].triggered.connect(self.redo)
        actions["close_run"].triggered.connect(self.remove_active)
        self._follow()

    def undo(self) -> None:
        """Take the last change back, also one that is being made."""
        self._knob_history.close_deed()
        self.history.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._knob_history.close_deed()
        self.history.redo()

    def remove_active(self) -> None:
        """Take the active run off the plots."""
        gone = self._runs.remove_active()
        if gone is not None:
            self.history.did(Deed(self._runs.restore, lambda: self._remove(gone)))

    def _remove(self, run: Run) -> None:
        row = next((row for row, shown in enumerate(self._runs.all) if shown.run is run), None)
        if row is not None:
            self._runs.activate(row)
            self._runs.remove_active()

    def _follow(self) -> None:
        self._actions["undo"].setEnabled(self.history.can_undo)
        self._actions["redo"].setEnabled(self.history.can_redo)
