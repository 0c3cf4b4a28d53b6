"""Scans the loss landscape in a thread of its own.

A run is replayed up to the step to scan, which reproduces its weights bit for bit; so training goes on meanwhile, and
ended runs can be scanned too.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from engine.run import Run
from gui.threads.worker import Cancelled, Publish, Task, Worker, failure

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

REPEATING = 0.6  # share of the progress bar for the replay


class ScanKind(StrEnum):
    """What to compute."""

    VALLEY = "valley"
    LINE = "line"
    PLANE = "plane"
    DATA = "data"


@dataclass(eq=False)
class Scan(Task):
    """A scan to make; returns a Valley, LineScan, PlaneScan, Sheet, or None."""

    run: Run
    kind: ScanKind
    step: int
    checkpoint: Checkpoint | None = None  # of this run; the replay starts there

    def work(self, _publish: Publish) -> object:
        course = _scan_steps(self)
        while not self.is_cancelled:
            try:
                self.share = next(course)
            except StopIteration as end:
                return end.value
        raise Cancelled

    def error_text(self, error: Exception) -> str:
        from engine.training.landscape import LandscapeError
        from engine.training.session import CannotReplay

        return failure(error, LandscapeError, CannotReplay)


def _scan_steps(scan: Scan) -> Generator[float, None, object]:
    from engine.probes.trajectory import Trajectory
    from engine.probes.valley import valley
    from engine.training.landscape import scan_plane
    from engine.training.session import TrainingSession

    if scan.kind is ScanKind.DATA:
        return (yield from _data_steps(scan))
    if scan.kind is ScanKind.LINE:
        return (yield from _line_steps(scan))
    session = TrainingSession.replay(scan.run)
    if scan.kind is ScanKind.VALLEY:
        return valley(session.task)
    weights = [p for p in session.task.model.parameters() if p.requires_grad]
    path = Trajectory(sum(p.numel() for p in weights))
    path.record(session.step, weights)
    while session.step < scan.step and next(session, "over") != "over":
        path.record(session.step, weights)
        yield REPEATING * session.step / max(scan.step, 1)
    since = scan.step // 2
    recent = path.points(since).astype(np.float64)
    steps = tuple(step for step in path.steps if step >= since)
    return (yield from _rescaled(scan_plane(session.task, recent, steps=steps)))


def _line_steps(scan: Scan) -> Generator[float, None, object]:
    from engine.training.landscape import scan_line

    # The scan follows the step that led here, so it starts one step earlier.
    session = yield from _advanced(scan, scan.step - 1, REPEATING)
    return (yield from _rescaled(scan_line(session)))


def _data_steps(scan: Scan) -> Generator[float, None, object]:
    from engine.training.sheet import sheet

    return sheet((yield from _advanced(scan, scan.step, 1.0)))


def _advanced(scan: Scan, until: int, share: float) -> Generator[float, None, TrainingSession]:
    """The training at a step, repeated from the checkpoint or from the start."""
    from engine.training.session import TrainingSession

    if scan.checkpoint is None or scan.checkpoint.step > until:
        session = TrainingSession.replay(scan.run)
    else:
        session = TrainingSession.resume(scan.checkpoint, probes="none", before=scan.run)
    began = session.step
    while session.step < until and next(session, "over") != "over":
        yield share * (session.step - began) / max(until - began, 1)
    return session


def _rescaled(course: Generator[float, None, object]) -> Generator[float, None, object]:
    """Rescale the progress of a scan to the part of the bar after the replay."""
    while True:
        try:
            yield REPEATING + (1 - REPEATING) * next(course)
        except StopIteration as end:
            return end.value


class Scanning(QObject):
    """GUI-thread side of scans.

    Signals
    -------
    found : Scan, its result
    failed : Scan, error text; empty when it was cancelled
    """

    found = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scan: Scan | None = None  # the latest
        self._worker = Worker("scanning", self)
        self._worker.finished.connect(self._on_found)
        self._worker.cancelled.connect(self._on_cancelled)
        self._worker.failed.connect(self._on_failed)

    def start(self, scan: Scan) -> None:
        """Start a scan and cancel the running one."""
        self.cancel()
        self.scan = scan
        self._worker.submit(scan)

    def cancel(self) -> None:
        """Cancel the running scan."""
        if self.scan is not None:
            self.scan.cancel()

    def close(self) -> None:
        """End the thread."""
        self._worker.close()

    @Slot(object, object)
    def _on_found(self, scan: Scan, what: object) -> None:
        if scan is self.scan:
            self.scan = None
            self.found.emit(scan, what)

    @Slot(object)
    def _on_cancelled(self, scan: Scan) -> None:
        self._on_failed(scan, "")

    @Slot(object, str)
    def _on_failed(self, scan: Scan, why: str) -> None:
        if scan is self.scan:
            self.scan = None
            self.failed.emit(scan, why)
