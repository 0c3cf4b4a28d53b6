"""When the window draws what is live: a clock that leaves a training at full speed most of the interpreter."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.training.pace import FULL
from gui.runs.document import Runs
from gui.threads.training import Training

FRAME_MILLISECONDS = 33
SLOWEST_FRAME_MILLISECONDS = 250
WINDOW_SHARE = 0.04  # of the time, spent on drawing while a training goes as fast as it can
PANEL_SECONDS = 1.0  # the panel is read, not watched


class Frames(QObject):
    """Ticks while a training runs, and pulls what its thread has found.

    Signals
    -------
    due : time for the plots' frame
    panels_due : time for the panels to follow; after `due`
    """

    due = Signal()
    panels_due = Signal()

    def __init__(self, training: Training, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._training, self._runs = training, runs
        self.count = 0
        self._events = 0  # that the panels speak of
        self._used = time.thread_time()
        self._told_at = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def start(self) -> None:
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def show_last(self) -> None:
        """One frame now, panels included."""
        self._told_at = time.monotonic()
        self._frame(has_panels=True)

    def _tick(self) -> None:
        self._spare_the_training()
        if time.monotonic() - self._told_at >= PANEL_SECONDS:
            self.show_last()
        else:
            self._frame(has_panels=False)

    def _frame(self, has_panels: bool) -> None:
        self.count += 1
        seen = self._training.seen
        if seen is not None:
            self._runs.set_events(seen.run, seen.events)
        self.due.emit()
        before, self._events = self._events, 0 if seen is None else len(seen.events)
        if has_panels or before != self._events:  # what is new does not wait
            self.panels_due.emit()

    def _spare_the_training(self) -> None:
        """At full speed both threads want the interpreter: the window takes its share and no more."""
        used, self._used = time.thread_time() - self._used, time.thread_time()
        wanted = used / WINDOW_SHARE * 1000 if self._training.pace == FULL else 0.0
        self._timer.setInterval(round(min(max(wanted, FRAME_MILLISECONDS), SLOWEST_FRAME_MILLISECONDS)))
