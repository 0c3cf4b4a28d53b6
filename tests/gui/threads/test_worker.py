"""A worker emits the signals of each task in a fixed order, in the GUI thread, and ends with its thread."""

from __future__ import annotations

import gc
import logging
from dataclasses import dataclass, field
from threading import Event, current_thread, main_thread

import pytest
from PySide6.QtCore import QEvent, QObject, QThread, Slot
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.threads.worker import Cancelled, Publish, Resident, Task, Worker, WorkerThread

WAIT = 120.0  # seconds; a machine under load is slow to begin a thread


@dataclass(eq=False)
class Counting(Task):
    """Publishes some results, then waits to be released, or raises."""

    steps: int = 2
    error: Exception | None = None
    has_begun: Event = field(default_factory=Event)
    may_end: Event = field(default_factory=Event)

    def work(self, publish: Publish) -> object:
        self.has_begun.set()
        for step in range(self.steps):
            publish(step)
        assert self.may_end.wait(WAIT)
        if not self.progress(1.0):
            raise Cancelled
        if self.error is not None:
            raise self.error
        return current_thread()


class Listener(QObject):
    """Records a worker's signals, and whether they arrived in the GUI thread."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.emitted: list[tuple[str, Task, object]] = []
        self.is_here = True
        worker.started.connect(self.started)
        worker.progressed.connect(self.progressed)
        worker.finished.connect(self.finished)
        worker.cancelled.connect(self.cancelled)
        worker.failed.connect(self.failed)

    def of(self, task: Task) -> list[str]:
        return [name for name, owner, _ in self.emitted if owner is task]

    def _write(self, name: str, task: Task, what: object = None) -> None:
        self.emitted.append((name, task, what))
        self.is_here &= current_thread() is main_thread()

    @Slot(object)
    def started(self, task: Task) -> None:
        self._write("started", task)

    @Slot(object, object)
    def progressed(self, task: Task, what: object) -> None:
        self._write("progressed", task, what)

    @Slot(object, object)
    def finished(self, task: Task, found: object) -> None:
        self._write("finished", task, found)

    @Slot(object)
    def cancelled(self, task: Task) -> None:
        self._write("cancelled", task)

    @Slot(object, str)
    def failed(self, task: Task, why: str) -> None:
        self._write("failed", task, why)


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


@pytest.fixture
def worker(owner: QObject):  # type: ignore[no-untyped-def]
    made = Worker("counting", owner)
    yield made
    made.close()


def until_over(qtbot: QtBot, *tasks: Counting) -> None:
    for task in tasks:
        task.may_end.set()
    qtbot.waitUntil(lambda: all(task.is_over for task in tasks))


def test_a_task_starts_tells_on_the_way_and_finishes(qtbot: QtBot, worker: Worker) -> None:
    listener, task = Listener(worker), Counting()
    worker.submit(task)
    until_over(qtbot, task)
    assert [(name, what) for name, _, what in listener.emitted[:-1]] == [
        ("started", None),
        ("progressed", 0),
        ("progressed", 1),
    ]
    name, _task, thread = listener.emitted[-1]
    assert name == "finished" and thread is not main_thread()
    assert listener.is_here
    assert (task.share, worker.tasks) == (1.0, [])


def test_tasks_wait_for_each_other(qtbot: QtBot, worker: Worker) -> None:
    listener, first, second = Listener(worker), Counting(), Counting()
    worker.submit(first)
    worker.submit(second)
    assert first.has_begun.wait(WAIT)
    assert worker.tasks == [first, second]
    until_over(qtbot, first, second)
    assert [owner for _, owner, _ in listener.emitted] == [first] * 4 + [second] * 4


def test_one_that_is_called_off_is_cancelled_and_nothing_else(qtbot: QtBot, worker: Worker) -> None:
    listener, under_way, waiting, after = Listener(worker), Counting(), Counting(), Counting(0)
    for task in (under_way, waiting, after):
        worker.submit(task)
    assert under_way.has_begun.wait(WAIT)
    under_way.cancel()
    waiting.cancel()
    until_over(qtbot, under_way, waiting, after)
    assert listener.of(under_way) == ["started", "progressed", "progressed", "cancelled"]
    assert listener.of(waiting) == ["cancelled"]
    assert listener.of(after) == ["started", "finished"]


def test_an_error_is_said_and_logged_and_costs_only_its_task(
    qtbot: QtBot, worker: Worker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("overshoot"), "propagate", True)
    listener, bad, good = Listener(worker), Counting(1, ValueError("no disk")), Counting(0)
    worker.submit(bad)
    worker.submit(good)
    until_over(qtbot, bad, good)
    assert listener.of(bad) == ["started", "progressed", "failed"]
    assert listener.emitted[2][2] == "ValueError: no disk"
    assert listener.of(good) == ["started", "finished"]
    assert "Traceback" in caplog.text and "no disk" in caplog.text


@dataclass(eq=False)
class Releasing(Counting):
    """Releases another task as soon as it is cancelled itself."""

    other: Counting = field(default_factory=Counting)

    def cancel(self) -> None:
        super().cancel()
        self.other.may_end.set()


def test_closing_calls_everything_off_and_ends_the_thread(qtbot: QtBot, owner: QObject) -> None:
    worker = Worker("counting", owner)
    listener, under_way = Listener(worker), Counting()
    waiting = Releasing(other=under_way)
    worker.submit(under_way)
    worker.submit(waiting)
    assert under_way.has_begun.wait(WAIT)
    worker.close()
    thread = owner.findChild(QThread, "counting")
    assert thread is not None and not thread.isRunning()
    assert under_way.is_closing and waiting.is_closing
    assert not waiting.has_begun.is_set()
    qtbot.wait(1)
    assert "started" not in listener.of(waiting)


def test_a_worker_without_a_task_has_no_running_thread(owner: QObject) -> None:
    Worker("counting", owner)
    thread = owner.findChild(QThread, "counting")
    assert thread is not None and not thread.isRunning()


class Noting(Resident):
    """Writes down where it is prepared and where it rests."""

    def __init__(self) -> None:
        super().__init__()
        self.threads: list[QThread] = []

    def set_up(self) -> None:
        self.threads.append(QThread.currentThread())

    def tear_down(self) -> None:
        self.threads.append(QThread.currentThread())


def test_a_resident_is_prepared_and_rests_in_its_own_thread(qtbot: QtBot, owner: QObject) -> None:
    resident = Noting()
    thread = WorkerThread("noting", resident, owner)
    thread.ensure()
    qtbot.waitUntil(lambda: len(resident.threads) == 1)
    thread.close()
    assert resident.threads == [thread, thread]


def test_a_thread_that_does_not_end_in_time_outlives_its_window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt would end the process when a thread is destroyed while it runs."""
    monkeypatch.setattr("gui.threads.worker.CLOSE_MILLISECONDS", 50)
    owner = QObject()
    worker, task = Worker("slow", owner), Counting()
    worker.submit(task)
    assert task.has_begun.wait(WAIT)
    thread = worker._thread
    worker.close()
    assert thread.isRunning()
    owner.deleteLater()
    del worker, owner
    gc.collect()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert thread.isRunning()
    task.may_end.set()
    WorkerThread.wait_for_late()
    assert thread.isFinished()
    qtbot.waitUntil(lambda: thread not in WorkerThread._late)


def test_what_is_submitted_after_closing_starts_no_thread(qtbot: QtBot) -> None:
    """A log that grew while its window closed was read by a thread that was destroyed with the window."""
    owner = QObject()
    worker, task = Worker("late", owner), Counting()
    listener = Listener(worker)
    worker.close()
    worker.submit(task)
    qtbot.wait(50)
    assert not worker._thread.isRunning()
    assert not task.has_begun.is_set()
    assert (task.is_cancelled, worker.tasks, listener.emitted) == (True, [], [])
