"""Progress of work: first nothing, a busy pointer after 0.1 s, a bar with Cancel after 0.5 s."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.shell.notice import Busy
from gui.shell.working import Job, Working


@dataclass
class Work:
    """A job as old as one likes."""

    age: float
    name: str = "Counting sheep…"
    share: float = 0.25
    is_over: bool = False
    is_cancelled: bool = False
    job: Job = field(init=False)

    def __post_init__(self) -> None:
        began = time.perf_counter() - self.age
        self.job = Job(lambda: self.name, lambda: self.is_over, self.cancel, lambda: self.share, began)

    def cancel(self) -> None:
        self.is_cancelled = True


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def busy(window: QWidget) -> Busy:
    made = Busy()
    QVBoxLayout(window).addWidget(made)
    return made


@pytest.fixture
def working(busy: Busy, window: QWidget) -> Working:
    return Working(busy, window)


@pytest.mark.parametrize(("age", "is_busy", "has_bar"), [(0.0, False, False), (0.2, True, False), (0.6, True, True)])
def test_what_is_shown_after_how_long(
    working: Working, busy: Busy, window: QWidget, age: float, is_busy: bool, has_bar: bool
) -> None:
    emitted: list[str] = []
    working.status_changed.connect(emitted.append)
    work = Work(age)
    working.add(work.job)
    working.update_display()
    assert (window.cursor().shape() is Qt.CursorShape.BusyCursor) == is_busy
    assert (emitted[-1] == work.name) == is_busy
    assert busy.isVisible() == has_bar
    work.is_over = True
    working.update_display()
    assert window.cursor().shape() is Qt.CursorShape.ArrowCursor
    assert emitted[-1] == ""
    assert not busy.isVisible()


def test_the_next_job_is_shown_when_the_first_is_over(working: Working, busy: Busy) -> None:
    first, second = Work(5.0, "First…"), Work(2.0, "Second…", share=0.5)
    for work in (first, second):
        working.add(work.job)
    working.update_display()
    busy.findChildren(QPushButton)[0].click()
    assert (first.is_cancelled, second.is_cancelled) == (True, False)
    first.is_over = True
    working.update_display()
    assert busy.isVisible()
    assert busy.findChildren(QProgressBar)[0].value() == 500


def test_it_looks_by_itself_until_all_is_over(qtbot: QtBot, working: Working, busy: Busy) -> None:
    work = Work(1.0)
    working.add(work.job)
    qtbot.waitUntil(busy.isVisible)
    work.is_over = True
    qtbot.waitUntil(lambda: not busy.isVisible())
    assert not working._timer.isActive()
