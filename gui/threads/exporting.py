"""Writes a run's numbers beside the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run
from gui.threads.worker import Cancelled, Task, Tell, Worker, failure


@dataclass(eq=False)
class Export(Task):
    """A file that is to be written; one that is called off leaves what was there as it was."""

    run: Run
    path: Path

    def work(self, _tell: Tell) -> None:
        from engine.export import ExportCancelled, write_table  # loads polars, which the first paint need not wait for

        try:
            write_table(self.run.table, self.path, self.progress)
        except ExportCancelled:
            raise Cancelled from None

    def why(self, error: Exception) -> str:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return failure(error, OSError)


class Exporting(QObject):
    """The window's side of exports, one after the other.

    Signals
    -------
    ended : Export, why it failed; empty when it was written or called off
    """

    ended = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = Worker("exporting", self)
        self._worker.finished.connect(self._has_ended)
        self._worker.cancelled.connect(self._has_ended)
        self._worker.failed.connect(self.ended)

    def begin(self, export: Export) -> None:
        """Write a file."""
        self._worker.begin(export)

    def close(self) -> None:
        """End the thread; a file that was begun is not left behind by halves."""
        self._worker.close()

    @Slot(object)
    def _has_ended(self, export: Export) -> None:
        self.ended.emit(export, "")
