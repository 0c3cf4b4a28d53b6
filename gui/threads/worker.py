"""A worker thread: how it starts and ends, its tasks, and their signals.

A plain function or a lambda connected to a signal runs in the thread that emits it. Connect only bound methods of
`QObject`s, which run in their object's thread.
"""

from __future__ import annotations

import time
import traceback
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

from PySide6.QtCore import QObject, Qt, QThread, QTimer, Signal, Slot

from gui.shell.errors import write

CLOSE_MILLISECONDS = 6000  # the forks of a proof have five seconds to end
TURN_SECONDS = 0.005  # after which the rest of what has come waits for another turn; a picture follows each

Publish = Callable[[object], None]


class Cancelled(Exception):
    """Raised by cancelled work."""


def failure(error: Exception, *expected: type[Exception]) -> str:
    """The text of an error for the user; errors of other than the expected types are also logged."""
    if isinstance(error, expected):
        return str(error)
    write("".join(traceback.format_exception(error)))
    return f"{type(error).__name__}: {error}"


@dataclass(eq=False)
class Task:
    """Work for a thread; only `share` is written there, the rest by the GUI thread.

    Attributes
    ----------
    share : float
        Share done, 0 to 1; polled by the window.
    is_over : bool
        Whether the window knows that it has ended.
    is_closing : bool
        Whether the window is closing, so that nobody needs the result.
    """

    share: float = field(default=0.0, init=False)
    is_cancelled: bool = field(default=False, init=False)
    is_over: bool = field(default=False, init=False)
    is_closing: bool = field(default=False, init=False)

    def cancel(self) -> None:
        """Cancel it, while it runs or before."""
        self.is_cancelled = True

    def progress(self, share: float) -> bool:
        """Set the share done, from the thread, and return whether to continue."""
        self.share = share
        return not self.is_cancelled

    def work(self, publish: Publish) -> object:
        """Do the work in the thread and return its result; `publish` passes on intermediate ones.

        Raises
        ------
        Cancelled
            If it was cancelled without a result.
        """
        raise NotImplementedError

    def error_text(self, error: Exception) -> str:
        """The text for the user when `work` has raised an error; called in the thread."""
        return failure(error)


@dataclass(eq=False)
class Loading(Task):
    """Calls a function that imports what is needed soon and is no part of Qt, so that no click waits for it."""

    load: Callable[[], object]

    def work(self, _publish: Publish) -> None:
        if not self.is_closing:
            self.load()


class InTurns(QObject):
    """Hands on what comes from threads in its order, a little in each turn of the event loop.

    Qt delivers all that has come in one turn: twenty logs that were read while the window was busy would stop it for as
    long as all of them take.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._hand_on)

    def add(self, call: Callable[..., object], *given: object) -> None:
        """Call this in a turn to come."""
        self._waiting.append(partial(call, *given))
        self._timer.start()

    def _hand_on(self) -> None:
        began = time.monotonic()
        try:
            while self._waiting:
                self._waiting.popleft()()
                if time.monotonic() - began > TURN_SECONDS:
                    break
        finally:
            if self._waiting:
                self._timer.start()

    def clear(self) -> None:
        """Hand on nothing of what has come."""
        self._waiting.clear()


class Resident(QObject):
    """An object that lives in a worker thread and creates its timers there."""

    def set_up(self) -> None:
        """Called in the thread when it starts."""

    def tear_down(self) -> None:
        """Called in the thread when it ends; destroys the timers."""

    # Not connected directly: PySide runs a slot that overrides another one in the thread that connected it.

    @Slot()
    def on_thread_started(self) -> None:
        self.set_up()

    @Slot()
    def on_thread_finished(self) -> None:
        self.tear_down()


class WorkerThread(QThread):
    """A thread with one resident, started on first use, and never again once it was closed.

    Work that cannot be interrupted, such as an import of torch on a busy machine, may take longer than `close` waits.
    Qt ends the process when a running thread is destroyed, so such a thread outlives its window until it has ended.
    """

    _late: ClassVar[set[WorkerThread]] = set()

    def __init__(self, name: str, resident: Resident, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._resident = resident
        self.is_closed = False
        resident.moveToThread(self)
        self.started.connect(resident.on_thread_started)
        self.finished.connect(resident.on_thread_finished, Qt.ConnectionType.DirectConnection)

    def ensure(self) -> None:
        """Start the thread unless it runs: a closed one would be destroyed while it runs."""
        if not self.isRunning() and not self.is_closed:
            self.start()

    def close(self) -> None:
        """End the thread after its current work, and wait for it."""
        self.is_closed = True
        self.quit()
        if not self.wait(CLOSE_MILLISECONDS):
            self.setParent(None)
            self._late.add(self)
            self.finished.connect(self._on_late_end)

    @Slot()
    def _on_late_end(self) -> None:
        self.wait()  # it is still about to end
        self._late.discard(self)

    @classmethod
    def wait_for_late(cls) -> None:
        """Wait for the threads that `close` did not wait for; to be called before the process ends."""
        for thread in list(cls._late):
            thread.wait()


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
        except Exception as error:  # an error in one task must stop neither the others nor the training
            self.failed.emit(task, task.error_text(error))
        else:
            self.finished.emit(task, found)


class Worker(QObject):
    """Runs tasks one after the other in a thread of its own.

    For each task it emits `started`, any number of `progressed`, then exactly one of `finished`, `cancelled` and
    `failed`; for one that was cancelled before its start, `cancelled` alone. All arrive in the GUI thread, in the order
    of the tasks.

    Signals
    -------
    started : Task
    progressed : Task, what it published
    finished : Task, its result
    cancelled : Task
    failed : Task, error text
    """

    started = Signal(object)
    progressed = Signal(object, object)
    finished = Signal(object, object)
    cancelled = Signal(object)
    failed = Signal(object, str)

    _run = Signal(object)

    def __init__(self, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self.tasks: list[Task] = []  # the running one and those that wait
        self._runner = _Runner()
        self._thread = WorkerThread(name, self._runner, self)
        self._run.connect(self._runner.run)
        self._runner.started.connect(self.started)
        self._runner.progressed.connect(self.progressed)
        self._runner.finished.connect(self._on_finished)
        self._runner.cancelled.connect(self._on_cancelled)
        self._runner.failed.connect(self._on_failed)

    def submit(self, task: Task) -> None:
        """Queue a task; after `close` it is cancelled, and nothing is said of it."""
        if self._thread.is_closed:
            task.is_closing = True
            task.cancel()
            return
        self._thread.ensure()
        self.tasks.append(task)
        self._run.emit(task)

    def close(self) -> None:
        """Cancel all tasks and end the thread."""
        for task in self.tasks:
            task.is_closing = True
            task.cancel()
        self._thread.close()

    @Slot(object, object)
    def _on_finished(self, task: Task, found: object) -> None:
        self._end(task)
        self.finished.emit(task, found)

    @Slot(object)
    def _on_cancelled(self, task: Task) -> None:
        self._end(task)
        self.cancelled.emit(task)

    @Slot(object, str)
    def _on_failed(self, task: Task, why: str) -> None:
        self._end(task)
        self.failed.emit(task, why)

    def _end(self, task: Task) -> None:
        self.tasks.remove(task)
        task.is_over = True
