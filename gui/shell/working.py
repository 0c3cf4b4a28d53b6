"""Shows work in other threads: first nothing, then a busy pointer, then a progress bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.shell.notice import Busy

POLL_MILLISECONDS = 50
BUSY_SECONDS = 0.1
BAR_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class Job:
    """A longer task that the window shows.

    Attributes
    ----------
    text : callable
        Describes it in the current language.
    is_over, cancel : callable
        Whether it has ended in any way; what the Cancel button does.
    share : callable
        The share done, 0 to 1; 0 while unknown.
    """

    text: Callable[[], str]
    is_over: Callable[[], bool]
    cancel: Callable[[], object]
    share: Callable[[], float] = lambda: 0.0
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since it started."""
        return time.perf_counter() - self.began


class Working(QObject):
    """Shows the oldest running job.

    Signals
    -------
    status_changed : description of the job after a tenth of a second; empty when there is none
    """

    status_changed = Signal(str)

    def __init__(self, busy: Busy, window: QWidget) -> None:
        super().__init__(window)
        self._busy, self._window = busy, window
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.update_display)
        busy.cancelled.connect(self._cancel)

    def add(self, job: Job) -> None:
        """Show a job until it is over."""
        self._jobs.append(job)
        self._timer.start()

    def update_display(self) -> None:
        """Update pointer and bar to the oldest job."""
        self._jobs = [job for job in self._jobs if not job.is_over()]
        first = self._jobs[0] if self._jobs else None
        self._show_pointer(first is not None and first.seconds > BUSY_SECONDS)
        if first is None:
            self._timer.stop()
        if first is not None and first.seconds > BAR_SECONDS:
            self._busy.show_progress(first.text(), first.share())
        else:
            self._busy.hide()

    def _show_pointer(self, is_busy: bool) -> None:
        if is_busy:
            self._window.setCursor(Qt.CursorShape.BusyCursor)
            self.status_changed.emit(self._jobs[0].text())
        else:
            self._window.unsetCursor()
            self.status_changed.emit("")

    def _cancel(self) -> None:
        if self._jobs:
            self._jobs[0].cancel()
