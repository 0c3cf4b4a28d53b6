"""Writes a run's numbers in a thread of its own: as `gui.threads.training`, this file may know threads."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.run import Run
from gui.shell.errors import write

CLOSE_MILLISECONDS = 5000


@dataclass(eq=False)
class Export:
    """A file that is to be written; the window writes `is_cancelled`, the thread writes `share` and `is_over`."""

    run: Run
    path: Path
    share: float = 0.0
    is_cancelled: bool = False
    is_over: bool = False

    def progress(self, share: float) -> bool:
        self.share = share
        return not self.is_cancelled

    def cancel(self) -> None:
        """Write no more; what was there stays as it was."""
        self.is_cancelled = True


class _Exporter(QObject):
    """Lives in the exporting thread."""

    ended = Signal(object, str)  # Export, why it failed; empty when it was written or called off

    @Slot(object)
    def export(self, export: Export) -> None:
        why = _failure(export)
        export.is_over = True
        self.ended.emit(export, why)


def _failure(export: Export) -> str:
    from engine.export import ExportCancelled, write_table  # loads polars, which the first paint need not wait for

    try:
        write_table(export.run.table, export.path, export.progress)
    except ExportCancelled:
        export.is_cancelled = True
    except OSError as error:
        return error.strerror or str(error)
    except Exception as error:  # said in the window; the training beside it goes on
        write("".join(traceback.format_exception(error)))
        return f"{type(error).__name__}: {error}"
    return ""


class Exporting(QObject):
    """The window's side of exports, one after the other."""

    ended = Signal(object, str)

    _export = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exports: list[Export] = []
        self._thread = QThread(self)
        self._thread.setObjectName("exporting")
        self._exporter = _Exporter()
        self._exporter.moveToThread(self._thread)
        self._export.connect(self._exporter.export)
        self._exporter.ended.connect(self._has_ended)

    def begin(self, export: Export) -> None:
        """Write a file."""
        if not self._thread.isRunning():
            self._thread.start()
        self._exports.append(export)
        self._export.emit(export)

    def close(self) -> None:
        """End the thread; a file that was begun is not left behind by halves."""
        for export in self._exports:
            export.cancel()
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)

    @Slot(object, str)
    def _has_ended(self, export: Export, why: str) -> None:
        self._exports.remove(export)
        self.ended.emit(export, why)
