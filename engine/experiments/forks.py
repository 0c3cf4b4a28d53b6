"""Runs a fork: start from the run, nudge the weights, change one thing, train to the horizon, report the outcome."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.detectors.watch import Watch
from engine.experiments.brought_forks import run_brought_fork
from engine.experiments.case import Intervention
from engine.experiments.fork_jobs import COLUMNS, LOOK_STEPS, MEASURED, ForkJob, ForkResult, is_decided, onsets
from engine.experiments.progress import ProgressMeter
from engine.experiments.traces import Trace
from engine.series import LossSeries
from engine.table import MetricTable

if TYPE_CHECKING:
    from engine.training.session import TrainingSession

SLICE_SECONDS = 0.1  # a third of the time that a cancel may take, with a margin for slow machines


def run_fork(job: ForkJob, is_stopped: Callable[[], bool]) -> ForkResult | None:
    """Run a fork to its horizon; None if it was stopped."""
    if job.station.brought is not None:
        return run_brought_fork(job, is_stopped)
    began = time.perf_counter()
    session = _start(job)
    table = MetricTable(COLUMNS)
    if job.station.step:
        table.extend({name: values for name, values in job.station.rows.items() if name in COLUMNS})
    watch = Watch(table, [LossSeries("loss")], clock="step")
    watch.advance()
    meter = ProgressMeter(session.look, job.station.step, job.horizon)
    trace = Trace(job.trace, job.id, job.intervention.factor)
    copied = 0
    for is_look in _pauses(session, job, meter):
        if is_stopped():
            trace.close()
            return None
        trace.write(session.run.table, 0)
        if is_look and job.stops_at_event:
            copied = _copy_rows(session.run.table, table, copied)
            if job.kind not in MEASURED:
                watch.advance()
            if is_decided(watch, table, job):
                break
    trace.close()
    _copy_rows(session.run.table, table, copied)
    watch.finish()
    own = {name: table.values(name, job.station.step).copy() for name in COLUMNS if name in table}
    return ForkResult(
        id=job.id,
        steps=own["step"],
        losses=own["loss"],
        onsets=onsets(watch, job),
        progress=meter.progress(),
        final_loss=meter.final_loss,
        seconds=time.perf_counter() - began,
        columns={name: own[name] for name in ("epoch", "accuracy") if name in own},
    )


def _start(job: ForkJob) -> TrainingSession:
    session = job.station.session(job.intervention, job.horizon)
    if job.nudge is not None:
        job.nudge.apply(session.parameters())
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
            session.skip(job.intervention.skipped)
            first_skipped = -1
        if next(session, session) is session:  # the run ended by itself
            return
        meter.evaluate(session.step)


def _copy_rows(source: MetricTable, target: MetricTable, since: int) -> int:
    until = len(source)
    if until > since:
        columns = [name for name in COLUMNS if name in source and source.count(name)]
        target.extend({name: source.values(name, since, until).copy() for name in columns})
    return until


def control(job: ForkJob, id: str) -> ForkJob:
    """The control of a fork: without nudge and intervention, to the end."""
    return replace(job, id=id, intervention=Intervention("control"), nudge=None, stops_at_event=False)
