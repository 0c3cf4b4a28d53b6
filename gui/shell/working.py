"""Work under way in other threads, as the window speaks of it: nothing for a blink, a busy pointer, then a bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.shell.notice import Busy

LOOK_MILLISECONDS = 50
BUSY_SECONDS = 0.1
BAR_SECONDS = 0.5


@dataclass(frozen=True, eq=False)
class Job:
    """Something that takes a while.

    Attributes
    ----------
    text : callable
        What is being done, in the language of now.
    is_over, cancel : callable
        Whether it has ended, however it did; what its Cancel button does.
    share : callable
        How much is done, 0 to 1; 0 while nobody knows.
    """

    text: Callable[[], str]
    is_over: Callable[[], bool]
    cancel: Callable[[], object]
    share: Callable[[], float] = lambda: 0.0
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.perf_counter() - self.began


class Working(QObject):
    """Shows the oldest job that is under way.

    Signals
    -------
    told : what is being done, from a tenth of a second on; empty when nothing is
    """

    told = Signal(str)

    def __init__(self, busy: Busy, window: QWidget) -> None:
        super().__init__(window)
        self._busy, self._window = busy, window
        self._jobs: list[Job] = []
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        busy.cancelled.connect(self._cancel)

    def begin(self, job: Job) -> None:
        """Speak of a job until it is over."""
        self._jobs.append(job)
        self._timer.start()

    def look(self) -> None:
        """Show how things stand now."""
        self._jobs = [job for job in self._jobs if not job.is_over()]
        first = self._jobs[0] if self._jobs else None
        self._show_pointer(first is not None and first.seconds > BUSY_SECONDS)
        if first is None:
            self._timer.stop()
        if first is not None and first.seconds > BAR_SECONDS:
            self._busy.tell(first.text(), first.share())
        else:
            self._busy.hide()

    def _show_pointer(self, is_busy: bool) -> None:
        if is_busy:
            self._window.setCursor(Qt.CursorShape.BusyCursor)
            self.told.emit(self._jobs[0].text())
        else:
            self._window.unsetCursor()
            self.told.emit("")

    def _cancel(self) -> None:
        if self._jobs:
            self._jobs[0].cancel()
