"""One thread beside the window: how it begins and ends, what it is given to do, and what it tells of that.

A plain function or a lambda that is connected to a signal runs in the thread that emits it. Connect only bound methods
of `QObject`s, which run where their object lives.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from gui.shell.errors import write

CLOSE_MILLISECONDS = 6000  # the forks of a proof are given five seconds to end

Tell = Callable[[object], None]


class Cancelled(Exception):
    """Raised by work that was called off."""


def failure(error: Exception, *expected: type[Exception]) -> str:
    """What a person reads of an error: its own words where it was expected; any other goes into the log, too."""
    if isinstance(error, expected):
        return str(error)
    write("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}"


@dataclass(eq=False)
class Task:
    """Something to do in a thread; the window writes all but `share`.

    Attributes
    ----------
    share : float
        How much is done, 0 to 1: the window looks at it at its own pace.
    is_over : bool
        The window has heard how it ended.
    is_closing : bool
        The window closes: nobody will look at what is found.
    """

    share: float = field(default=0.0, init=False)
    is_cancelled: bool = field(default=False, init=False)
    is_over: bool = field(default=False, init=False)
    is_closing: bool = field(default=False, init=False)

    def cancel(self) -> None:
        """Call it off, now or before it begins."""
        self.is_cancelled = True

    def progress(self, share: float) -> bool:
        """Say from the thread how much is done; whether it is to go on."""
        self.share = share
        return not self.is_cancelled

    def work(self, tell: Tell) -> object:
        """Do it, in the thread, and return what was found; `tell` passes on what was found on the way.

        Raises
        ------
        Cancelled
            If it was called off and there is nothing to show for it.
        """
        raise NotImplementedError

    def why(self, error: Exception) -> str:
        """What a person reads when `work` has raised this; asked in the thread."""
        return failure(error)


class Resident(QObject):
    """What lives in a thread of its own; its timers are made in `prepare` and destroyed in `rest`."""

    def prepare(self) -> None:
        """The thread has begun."""

    def rest(self) -> None:
        """The thread ends."""

    # Not the two above themselves: PySide runs a slot that overrides another in the thread that connected it.

    @Slot()
    def begin_thread(self) -> None:
        self.prepare()

    @Slot()
    def end_thread(self) -> None:
        self.rest()


class WorkerThread(QThread):
    """A thread with one resident; it begins when it is first needed."""

    def __init__(self, name: str, resident: Resident, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        resident.moveToThread(self)
        self.started.connect(resident.begin_thread)
        self.finished.connect(resident.end_thread, Qt.ConnectionType.DirectConnection)

    def ensure(self) -> None:
        """Begin, unless it has begun."""
        if not self.isRunning():
            self.start()

    def close(self) -> None:
        """End it, when what it is at has come to its end."""
        self.quit()
        self.wait(CLOSE_MILLISECONDS)


class _Runner(Resident):
    started = Signal(object)
    progressed = Signal(object, object)
    finished = Signal(object, object)
    cancelled = Signal(object)
    failed = Signal(object, str)

    @Slot(object)
    def run(self, task: Task) -> None:
        if task.is_cancelled:
            self.cancelled.emit(task)
            return
        self.started.emit(task)
        try:
            found = task.work(partial(self.progressed.emit, task))
        except Cancelled:
            self.cancelled.emit(task)
        except Exception as error:  # one task that trips must cost neither the others nor the training
            self.failed.emit(task, task.why(error))
        else:
            self.finished.emit(task, found)


class Worker(QObject):
    """Does tasks one after the other in a thread of its own.

    Of each task it tells `started`, then `progressed` as often as there is something, then exactly one of `finished`,
    `cancelled` and `failed`; of one that was called off before it began, `cancelled` alone. All arrive in the thread of
    the window and in the order of the tasks.

    Signals
    -------
    started : Task
    progressed : Task, what it passed on
    finished : Task, what it returned
    cancelled : Task
    failed : Task, why
    """

    started = Signal(object)
    progressed = Signal(object, object)
    finished = Signal(object, object)
    cancelled = Signal(object)
    failed = Signal(object, str)

    _run = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.tasks: list[Task] = []  # the one under way and those that wait
        self._runner = _Runner()
        self._thread = WorkerThread(name, self._runner, self)
        self._run.connect(self._runner.run)
        self._runner.started.connect(self.started)
        self._runner.progressed.connect(self.progressed)
        self._runner.finished.connect(self._has_finished)
        self._runner.cancelled.connect(self._was_cancelled)
        self._runner.failed.connect(self._has_failed)

    def begin(self, task: Task) -> None:
        """Do this after what was begun before."""
        self._thread.ensure()
        self.tasks.append(task)
        self._run.emit(task)

    def close(self) -> None:
        """Call everything off and end the thread."""
        for task in self.tasks:
            task.is_closing = True
            task.cancel()
        self._thread.close()

    @Slot(object, object)
    def _has_finished(self, task: Task, found: object) -> None:
        self._end(task)
        self.finished.emit(task, found)

    @Slot(object)
    def _was_cancelled(self, task: Task) -> None:
        self._end(task)
        self.cancelled.emit(task)

    @Slot(object, str)
    def _has_failed(self, task: Task, why: str) -> None:
        self._end(task)
        self.failed.emit(task, why)

    def _end(self, task: Task) -> None:
        self.tasks.remove(task)
        task.is_over = True
