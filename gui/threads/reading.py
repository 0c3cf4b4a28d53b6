"""Between the window and the logs it opens: as `gui.threads.training`, this file may know threads."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from engine.derived import undone_run
from engine.detectors.watch import Watch
from engine.events import Event
from engine.i18n import _
from engine.run import Run
from gui.plots.curves.run_lines import ROW, RunLines
from gui.shell.errors import write
from gui.threads.messages import Seen
from gui.threads.training import CLOSE_MILLISECONDS

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions


@dataclass
class Reading:
    """A log that is to be read; the window writes `is_cancelled`, the thread writes `share`.

    Attributes
    ----------
    path : Path
        Of a log elsewhere only its name is good for anything.
    address : str
        Where a log elsewhere is, such as ``https://…``; empty for a file.
    lines : list of RunLines
        What the plots draw of its runs, made where it is read.
    """

    path: Path
    options: ReadOptions | None = None
    address: str = ""
    share: float = 0.0
    is_cancelled: bool = False
    lines: list[RunLines] = field(default_factory=list)

    def progress(self, share: float) -> bool:
        self.share = share
        return not self.is_cancelled


class _Reader(QObject):
    """Lives in the reading thread."""

    opened = Signal(object, object)  # Reading, list of Run
    failed = Signal(object, str)  # Reading, why; empty when cancelled
    judged = Signal(object)  # Seen
    undone = Signal(object, object)  # Run, the Run it was made of

    def __init__(self) -> None:
        super().__init__()
        self.is_closing = False

    @Slot(object, object)
    def undo(self, run: Run, event: Event) -> None:
        made = undone_run(run, event)
        self.undone.emit(made, run)
        self._judge(made)

    @Slot(object)
    def read(self, reading: Reading) -> None:
        if self.is_closing:
            return
        runs = self._runs(reading)
        if runs is None:
            return
        reading.lines = [_ready_lines(run) for run in runs]
        self.opened.emit(reading, runs)
        import engine.diagnosis.explanation  # noqa: F401  (what the window speaks from when it is judged)

        for run in runs:
            self._judge(run)

    def _judge(self, run: Run) -> None:
        if not self.is_closing:
            watch = Watch(run.table, run.series, run.clock)
            watch.finish()
            run.begun = watch.begun
            self.judged.emit(Seen(run, watch.events))

    def _runs(self, reading: Reading) -> list[Run] | None:
        from engine.logs.errors import Cancelled, LogError
        from engine.logs.reading import open_log

        try:
            runs = open_log(reading.address or reading.path, reading.options, reading.progress)
            return _with_points(runs, reading.path)
        except Cancelled:
            self.failed.emit(reading, "")
        except LogError as error:
            self.failed.emit(reading, str(error))
        except Exception as error:  # one file that trips the program must not cost the others
            write("".join(traceback.format_exception(error)))
            text = _("{path}: cannot be read: {reason}")
            self.failed.emit(reading, text.format(path=reading.path, reason=f"{type(error).__name__}: {error}"))
        return None


def _ready_lines(run: Run) -> RunLines:
    """What the window draws first, so that it need not wait for it."""
    import numpy.ma  # noqa: F401  (np.percentile loads it when it is first called)

    from gui.plots.panes.contents import pane_specs, pane_title

    lines, specs = RunLines(run, run.x or ROW), pane_specs([run], ())
    lines.make_ready(column for spec in specs for column in spec.columns if column in run.table)
    for spec in specs:
        pane_title(spec)
    run.marks()
    return lines


def _with_points(runs: list[Run], path: Path) -> list[Run]:
    """The runs that have enough points to say anything, as the command line counts them."""
    from engine.commands.series_records import usable
    from engine.logs.errors import LogError

    found = [run for run in runs if any(usable(run))]
    if not found:
        raise LogError(_("{path}: fewer than two points of a loss were found").format(path=path))
    return found


class LogOpening(QObject):
    """The window's side of reading logs, one after the other, in a thread of its own."""

    opened = Signal(object, object)
    failed = Signal(object, str)
    judged = Signal(object)
    undone = Signal(object, object)

    _read = Signal(object)
    _undo = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.waiting: list[Reading] = []
        self._thread = QThread(self)
        self._thread.setObjectName("reading")
        self._reader = _Reader()
        self._reader.moveToThread(self._thread)
        self._read.connect(self._reader.read)
        self._undo.connect(self._reader.undo)
        self._reader.opened.connect(self._has_opened)
        self._reader.failed.connect(self._has_failed)
        self._reader.judged.connect(self.judged)
        self._reader.undone.connect(self.undone)

    def undo(self, run: Run, event: Event) -> None:
        """Work out the loss of single steps behind a running mean."""
        self._ensure_thread()
        self._undo.emit(run, event)

    def _ensure_thread(self) -> None:
        if not self._thread.isRunning():
            self._thread.start()

    def read(self, path: Path, options: ReadOptions | None = None, address: str = "") -> None:
        """Read a log; several wait for each other."""
        self._ensure_thread()
        reading = Reading(path, options, address)
        self.waiting.append(reading)
        self._read.emit(reading)

    def cancel(self) -> None:
        """Call off what is being read and what waits."""
        for reading in self.waiting:
            reading.is_cancelled = True

    def close(self) -> None:
        """End the thread."""
        self._reader.is_closing = True
        self.cancel()
        self._thread.quit()
        self._thread.wait(CLOSE_MILLISECONDS)

    @Slot(object, object)
    def _has_opened(self, reading: Reading, runs: list[Run]) -> None:
        self.waiting.remove(reading)
        self.opened.emit(reading, runs)

    @Slot(object, str)
    def _has_failed(self, reading: Reading, text: str) -> None:
        self.waiting.remove(reading)
        self.failed.emit(reading, text)
