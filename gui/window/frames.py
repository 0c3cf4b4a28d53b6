"""Clock of the live window; leaves a training at full speed most of the interpreter."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engine.training.pace import FULL
from gui.runs.document import Runs, Shown
from gui.threads.messages import Phase
from gui.threads.training import Training

FRAME_MILLISECONDS = 33
SLOWEST_FRAME_MILLISECONDS = 500  # at full speed only; any other pace is drawn at screen rate
WINDOW_SHARE = 0.02  # of the time, for all that the window does while a training runs at full speed
MOST_OWED_SECONDS = 0.1  # of processor time: what a person did costs frames for five seconds at most
PANEL_SECONDS = 1.0  # the panel is read, not watched
PANEL_SHARE = 0.1  # of the time, for the panel: telling the causes of many events of a long run takes a while
PANEL_SHARE_AT_FULL_SPEED = 0.005


class Frames(QObject):
    """Decides when plots and panels are drawn: at the clock's pace while a training runs, else when something is new.

    Signals
    -------
    due : the plots should draw a frame
    panels_due : the panels should update; after `due`
    """

    due = Signal()
    panels_due = Signal()

    def __init__(self, training: Training, runs: Runs, parent: QObject) -> None:
        super().__init__(parent)
        self._training, self._runs = training, runs
        self.count = 0
        self._events = 0  # number shown in the panels
        self._used, self._owed = time.thread_time(), 0.0
        self._looked_at, self._panels_at = time.monotonic(), float("-inf")
        self._panels_cost = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MILLISECONDS)
        self._timer.timeout.connect(self._on_timeout)
        training.phase_changed.connect(self._on_phase_changed)
        training.ended.connect(lambda _reason: self.show_last())
        runs.events_changed.connect(self._on_events_changed)

    @property
    def is_running(self) -> bool:
        return self._timer.isActive()

    def stop(self) -> None:
        self._timer.stop()

    def show_last(self) -> None:
        """Draw a frame now, panels included."""
        self._frame()
        self._show_panels()

    def draw(self) -> None:
        """Draw what is new, unless the next frame of a training does."""
        if not self.is_running:
            self.due.emit()
            self.panels_due.emit()

    def _on_phase_changed(self, phase: Phase) -> None:
        if phase in (Phase.RUNNING, Phase.LOADING):
            self._timer.start()
        else:
            self.stop()
            self.show_last()

    def _on_events_changed(self, shown: Shown) -> None:
        if shown is self._runs.active and not self.is_running:
            self.panels_due.emit()

    def _on_timeout(self) -> None:
        self._limit_own_share()
        has_news = self._frame()
        least = 0.0 if has_news else PANEL_SECONDS  # new events are shown at once
        share = PANEL_SHARE_AT_FULL_SPEED if self._training.pace == FULL else PANEL_SHARE
        if time.monotonic() - self._panels_at >= max(least, self._panels_cost / share):
            self._show_panels()

    def _frame(self) -> bool:
        """Draw the plots, and return whether the panels do not show all events."""
        self.count += 1
        snapshot = self._training.snapshot
        if snapshot is not None:
            self._runs.set_events(snapshot.run, snapshot.events, snapshot.perhaps)
        self.due.emit()
        return self._events != (0 if snapshot is None else len(snapshot.events))

    def _show_panels(self) -> None:
        began, snapshot = time.thread_time(), self._training.snapshot
        self._events = 0 if snapshot is None else len(snapshot.events)
        self.panels_due.emit()
        self._panels_cost, self._panels_at = time.thread_time() - began, time.monotonic()

    def _limit_own_share(self) -> None:
        """Lengthen the interval so that, at full speed, the window takes at most `WINDOW_SHARE` of the interpreter.

        What it has taken beyond is saved up for.
        """
        used, now = time.thread_time(), time.monotonic()
        allowed = WINDOW_SHARE * (now - self._looked_at)
        self._owed = min(max(self._owed + used - self._used - allowed, 0.0), MOST_OWED_SECONDS)
        self._used, self._looked_at = used, now
        wanted = self._owed / WINDOW_SHARE * 1000 if self._training.pace == FULL else 0.0
        self._timer.setInterval(round(min(max(wanted, FRAME_MILLISECONDS), SLOWEST_FRAME_MILLISECONDS)))
