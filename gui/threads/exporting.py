"""Exports run tables in a thread of their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run
from gui.threads.worker import Cancelled, Publish, Task, Worker, failure


@dataclass(eq=False)
class Export(Task):
    """A table export; cancelled, it leaves an existing file unchanged."""

    run: Run
    path: Path

    def work(self, _publish: Publish) -> None:
        from engine.export import ExportCancelled, write_table  # loads polars, which would delay the first paint

        try:
            write_table(self.run.table, self.path, self.progress)
        except ExportCancelled:
            raise Cancelled from None

    def error_text(self, error: Exception) -> str:
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return failure(error, OSError)


class Exporting(QObject):
    """GUI-thread side of exports, which run one after the other.

    Signals
    -------
    ended : Export, error text; empty when it was written or cancelled
    """

    ended = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = Worker("exporting", self)
        self._worker.finished.connect(self._on_ended)
        self._worker.cancelled.connect(self._on_ended)
        self._worker.failed.connect(self.ended)

    def start(self, export: Export) -> None:
        """Queue an export."""
        self._worker.submit(export)

    def close(self) -> None:
        """End the thread; no partly written file is left."""
        self._worker.close()

    @Slot(object)
    def _on_ended(self, export: Export) -> None:
        self.ended.emit(export, "")
