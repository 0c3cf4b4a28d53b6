"""Runs a fork: start from the run, nudge the weights, change one thing, train to the horizon, report the outcome."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.detectors.watch import Watch
from engine.events import EventKind
from engine.experiments.case import Intervention
from engine.experiments.nudges import Nudge
from engine.experiments.plateaus import PLATEAUS, plateau_length
from engine.experiments.progress import ProgressMeter
from engine.experiments.stations import Station
from engine.series import LossSeries
from engine.table import Floats, MetricTable

if TYPE_CHECKING:
    from engine.training.session import TrainingSession

SLICE_SECONDS = 0.1  # a third of the time that a cancel may take, with a margin for slow machines
LOOK_STEPS = 32  # steps between two looks for the event: fixed, so that a fork is the same however fast it runs
COLUMNS = ("step", "epoch", "loss", "accuracy", "lr", "batch_size")


@dataclass(frozen=True)
class ForkJob:
    """The job of a worker that runs a fork.

    Attributes
    ----------
    id : str
        Unique within a proof; a lost fork is run again under the same id and counted once.
    nudge : Nudge or None
        None for the control, which must reproduce the run bit for bit.
    kind : EventKind
        The kind of event under test.
    onset, horizon : int
        The step of the event's onset in the run, and the last step to train.
    stops_at_event : bool
        End as soon as the event occurs; placebo forks continue, because their progress is the yardstick.
    patience : int or None
        End at this step if the plateau is not over, since then it is not shorter.
    """

    id: str
    station: Station
    intervention: Intervention
    nudge: Nudge | None
    kind: EventKind
    onset: int
    horizon: int
    stops_at_event: bool = True
    patience: int | None = None


@dataclass(frozen=True)
class ForkResult:
    """The outcome of a fork.

    Attributes
    ----------
    steps, losses : ndarray
        Its loss curve, shape (n,).
    onsets : tuple of int
        Table rows of the onsets of events of the kind that were reported after the fork's start.
    progress : float
        Logarithm of the loss on all data at the fork's start over that near its end; −inf if training broke.
    final_loss : float
        Loss on all data near its end.
    seconds : float
        Total time.
    columns : mapping of str to ndarray
        Other columns that outcomes use.
    """

    id: str
    steps: Floats
    losses: Floats
    onsets: tuple[int, ...]
    progress: float
    final_loss: float
    seconds: float
    columns: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def has_event(self) -> bool:
        return bool(self.onsets)

    @property
    def is_broken(self) -> bool:
        """Whether the loss ended as NaN or infinity."""
        return not math.isfinite(self.progress)


def run_fork(job: ForkJob, is_stopped: Callable[[], bool]) -> ForkResult | None:
    """Run a fork to its horizon; None if it was stopped."""
    began = time.perf_counter()
    session = _start(job)
    table = MetricTable(COLUMNS)
    if job.station.step:
        table.extend({name: values for name, values in job.station.rows.items() if name in COLUMNS})
    watch = Watch(table, [LossSeries("loss")], clock="step")
    watch.advance()
    meter = ProgressMeter(session.task, job.station.step, job.horizon)
    copied = 0
    for is_look in _pauses(session, job, meter):
        if is_stopped():
            return None
        if is_look and job.stops_at_event:
            copied = _copy_rows(session.run.table, table, copied)
            watch.advance()
            if _is_decided(watch, table, job):
                break
    _copy_rows(session.run.table, table, copied)
    watch.finish()
    own = {name: table.values(name, job.station.step).copy() for name in COLUMNS if name in table}
    return ForkResult(
        id=job.id,
        steps=own["step"],
        losses=own["loss"],
        onsets=_onsets(watch, job),
        progress=meter.progress(),
        final_loss=meter.final_loss,
        seconds=time.perf_counter() - began,
        columns={name: own[name] for name in ("epoch", "accuracy") if name in own},
    )


def _start(job: ForkJob) -> TrainingSession:
    session = job.station.session(job.intervention, job.horizon)
    if job.nudge is not None:
        job.nudge.apply(session.task.model.parameters())
    if job.station.step:
        for key, value in job.intervention.settings.items():
            session.turn(key, value)
    return session


def _pauses(session: TrainingSession, job: ForkJob, meter: ProgressMeter) -> Iterator[bool]:
    """Train, yielding every tenth of a second to poll the stop signal, and True every so many steps to look."""
    meter.evaluate(session.step)
    next(session, None)
    until = time.perf_counter() + SLICE_SECONDS
    first_skipped = max(job.station.step, job.onset - 1 - job.intervention.skipped // 2)
    while session.step < job.horizon:
        is_look = session.step % LOOK_STEPS == 0
        if is_look or time.perf_counter() > until:
            yield is_look
            until = time.perf_counter() + SLICE_SECONDS
        if job.intervention.skipped and session.step == first_skipped:
            skip(session, job.intervention.skipped)
            first_skipped = -1
        if next(session, session) is session:  # the run ended by itself
            return
        meter.evaluate(session.step)


def skip(session: TrainingSession, count: int) -> None:
    """Skip mini-batches, except for the last of an epoch, which ends the epoch."""
    order = session.order
    for _batch in range(min(count, order.length - order.position - 1)):
        order.next()


def _copy_rows(source: MetricTable, target: MetricTable, since: int) -> int:
    until = len(source)
    if until > since:
        columns = [name for name in COLUMNS if name in source and source.count(name)]
        target.extend({name: source.values(name, since, until).copy() for name in columns})
    return until


def _is_decided(watch: Watch, table: MetricTable, job: ForkJob) -> bool:
    """Whether the fork can no longer become clean."""
    if job.kind in PLATEAUS:
        is_late = job.patience is not None and len(table) > job.patience
        return is_late and plateau_length(table.values("loss")) > job.patience  # type: ignore[operator]
    return job.kind is not EventKind.FLUCTUATION and bool(_onsets(watch, job))


def _onsets(watch: Watch, job: ForkJob) -> tuple[int, ...]:
    """Rows of the onsets of events of the kind reported since the fork's start."""
    since = job.station.step
    return tuple(e.start for e in watch.events if e.kind is job.kind and max(e.raised, e.start) >= since)


def control(job: ForkJob, id: str) -> ForkJob:
    """The control of a fork: without nudge and intervention, to the end."""
    return replace(job, id=id, intervention=Intervention("control"), nudge=None, stops_at_event=False)
