"""Scans of the loss landscape beside the window.

A run is repeated to the step that is looked at, which gives the same weights bit for bit; so what trains goes on,
and a run that has ended can be looked at too.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run
from gui.threads.worker import Cancelled, Task, Tell, Worker, failure

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint

REPEATING = 0.6  # of the bar


class Look(StrEnum):
    """What is computed."""

    VALLEY = "valley"
    LINE = "line"
    PLANE = "plane"
    DATA = "data"


@dataclass(eq=False)
class Scan(Task):
    """A look that was asked for; it finds a Valley, LineScan, PlaneScan, Sheet, or None."""

    run: Run
    look: Look
    step: int
    checkpoint: Checkpoint | None = None  # of this run: what came before need not be repeated

    def work(self, _tell: Tell) -> object:
        course = _course(self)
        while not self.is_cancelled:
            try:
                self.share = next(course)
            except StopIteration as end:
                return end.value
        raise Cancelled

    def why(self, error: Exception) -> str:
        from engine.probes.landscape import LandscapeError
        from engine.training.session import CannotReplay

        return failure(error, LandscapeError, CannotReplay)


def _course(scan: Scan) -> Generator[float, None, object]:
    from engine.probes.landscape import scan_line, scan_plane
    from engine.probes.trajectory import Trajectory
    from engine.probes.valley import valley
    from engine.training.session import TrainingSession

    if scan.look is Look.DATA:
        return (yield from _data(scan))
    session = TrainingSession.replay(scan.run)
    if scan.look is Look.VALLEY:
        return valley(session.task)
    weights = [p for p in session.task.model.parameters() if p.requires_grad]
    path = Trajectory(sum(p.numel() for p in weights))
    # A line looks along the step that led here: it starts one step before.
    until = scan.step - 1 if scan.look is Look.LINE else scan.step
    path.see(session.step, weights)
    while session.step < until and next(session, "over") != "over":
        path.see(session.step, weights)
        yield REPEATING * session.step / max(until, 1)
    if scan.look is Look.LINE:
        return (yield from _later(scan_line(session)))
    recent = path.points(scan.step // 2).astype(np.float64)
    return (yield from _later(scan_plane(session.task, recent)))


def _data(scan: Scan) -> Generator[float, None, object]:
    from engine.training.session import TrainingSession
    from engine.training.sheet import sheet

    if scan.checkpoint is None:
        session = TrainingSession.replay(scan.run)
    else:
        session = TrainingSession.resume(scan.checkpoint, probes="none", before=scan.run)
    began = session.step
    while session.step < scan.step and next(session, "over") != "over":
        yield (session.step - began) / max(scan.step - began, 1)
    return sheet(session)


def _later(course: Generator[float, None, object]) -> Generator[float, None, object]:
    """The share of the whole, now that the run is repeated."""
    while True:
        try:
            yield REPEATING + (1 - REPEATING) * next(course)
        except StopIteration as end:
            return end.value


class Scanning(QObject):
    """The window's side of a scan.

    Signals
    -------
    found : Scan, what it found
    failed : Scan, why; empty when it was called off
    """

    found = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scan: Scan | None = None  # the newest
        self._worker = Worker("scanning", self)
        self._worker.finished.connect(self._has_found)
        self._worker.cancelled.connect(self._was_cancelled)
        self._worker.failed.connect(self._has_failed)

    def look(self, scan: Scan) -> None:
        """Compute this; what is being computed is called off."""
        self.cancel()
        self.scan = scan
        self._worker.begin(scan)

    def cancel(self) -> None:
        """Call the scan off."""
        if self.scan is not None:
            self.scan.cancel()

    def close(self) -> None:
        """End the thread."""
        self._worker.close()

    @Slot(object, object)
    def _has_found(self, scan: Scan, what: object) -> None:
        if scan is self.scan:
            self.scan = None
            self.found.emit(scan, what)

    @Slot(object)
    def _was_cancelled(self, scan: Scan) -> None:
        self._has_failed(scan, "")

    @Slot(object, str)
    def _has_failed(self, scan: Scan, why: str) -> None:
        if scan is self.scan:
            self.scan = None
            self.failed.emit(scan, why)
