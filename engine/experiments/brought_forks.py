"""Runs forks of a brought training in the person's interpreter, one process for each thread that asks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as ThreadEvent
from typing import Any

import numpy as np

from engine.brought.source import Brought, Place, Source, Worker
from engine.brought.starting import start
from engine.detectors.watch import Watch
from engine.experiments.executors import InThread, IsStopped
from engine.experiments.fork_jobs import COLUMNS, LOOK_STEPS, ForkJob, ForkResult, is_decided, onsets
from engine.experiments.progress import EVALUATIONS, SHARE
from engine.experiments.traces import Trace
from engine.run import Value
from engine.series import LossSeries
from engine.table import Floats, MetricTable
from overshoot.blocks import decode

FEW = 10  # rows whose mean stands for the loss on data held back, where none is
TINY = 1e-12


class Crew:
    """The workers of one proof: each thread gets its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._workers: dict[tuple[int, Source], Worker] = {}
        self._states: TemporaryDirectory[str] | None = None
        self.states_in: Path | None = None  # where other machines can read them

    @property
    def states(self) -> Path:
        """A folder for states to start forks from, removed with the workers."""
        with self._lock:
            if self._states is None:
                self._states = TemporaryDirectory(prefix="overshoot-places-", dir=self.states_in)
            return Path(self._states.name)

    def worker(self, source: Source) -> Worker:
        """The worker of this thread, started if necessary."""
        key = threading.get_ident(), source
        with self._lock:
            found = self._workers.get(key)
        if found is None:
            found = start(source)
            with self._lock:
                self._workers[key] = found
        return found

    def dismiss(self, source: Source) -> None:
        """End this thread's worker, which has failed."""
        with self._lock:
            found = self._workers.pop((threading.get_ident(), source), None)
        if found is not None:
            found.close()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            workers, self._workers = list(self._workers.values()), {}
        for worker in workers:
            worker.close()
        states, self._states = self._states, None
        if states is not None:
            states.cleanup()


CREW = Crew()


class Interpreters(InThread):
    """Threads, each with a process of the person's interpreter."""

    def close(self) -> None:
        super().close()
        CREW.close()


def run_brought_fork(job: ForkJob, is_stopped: IsStopped) -> ForkResult | None:
    """Run a fork to its horizon or until it is decided; None if it was stopped."""
    began = time.perf_counter()
    table = MetricTable(COLUMNS)
    brought = job.station.brought
    if job.station.step and brought is not None and brought.source.can_restore:  # a command gives these rows again
        table.extend({name: values for name, values in job.station.rows.items() if name in COLUMNS})
    watch = Watch(table, [LossSeries("loss")], clock="step")
    watch.advance()
    looks: dict[str, float] = {}
    over = ThreadEvent()
    trace = Trace(job.trace, job.id, job.intervention.factor)
    for record in _records(job, lambda: is_stopped() or over.is_set()):
        looks |= record.get("looks", {})
        for portion in () if over.is_set() else portions(record, table):
            table.extend(portion)
            if job.stops_at_event and len(table) % LOOK_STEPS == 0:
                watch.advance()
                if is_decided(watch, table, job):
                    over.set()
                    break
        trace.write(table, job.station.step)
        if len(table) >= job.horizon:
            over.set()
    trace.close()
    if is_stopped():
        return None
    watch.finish()
    own = {name: table.values(name, job.station.step).copy() for name in COLUMNS if name in table}
    first, last = measure(job, own.get("loss", np.empty(0)), looks)
    return ForkResult(
        id=job.id,
        steps=own.get("step", np.empty(0)),
        losses=own.get("loss", np.empty(0)),
        onsets=onsets(watch, job),
        progress=progress(first, last),
        final_loss=last,
        seconds=time.perf_counter() - began,
        columns={name: own[name] for name in ("epoch", "accuracy") if name in own},
    )


def _records(job: ForkJob, is_stopped: IsStopped) -> Iterator[dict[str, Any]]:
    station, change = job.station, job.intervention
    brought = station.brought
    assert brought is not None
    at_start = {key: value for key, value in change.settings.items() if key in brought.training.declared}
    restarts = change.from_start or station.step == 0
    skip_at = max(station.step, job.onset - 1 - change.skipped // 2)
    order = {
        "do": "fork",
        "seed": station.seed,
        "knobs": {**brought.knobs, **(at_start if restarts else {})},
        "state": None if brought.place is None or brought.place.path is None else str(brought.place.path),
        "from": station.step,
        "turns": {str(step): dict(values) for step, values in station.turns.items()},
        "change": {k: v for k, v in change.settings.items() if not (restarts and k in at_start)},
        "nudge": None if job.nudge is None else [job.nudge.size, job.nudge.seed],
        "skip": [skip_at, change.skipped] if change.skipped else [None, 0],
        "until": job.horizon,
        "looks": looks_due(station.step, job.horizon),
    }
    worker = CREW.worker(brought.source)
    try:
        for record in worker.answers(order, is_stopped):
            yield record
            if "done" not in record and is_stopped():
                continue
    except Exception:
        CREW.dismiss(brought.source)
        raise


def looks_due(first: int, last: int) -> list[int]:
    """The steps at which a fork looks at data held back: its start, and some near its end."""
    spread = np.linspace(last - SHARE * (last - first), last, EVALUATIONS)
    return [first, *sorted({round(float(step)) for step in spread})]


def portions(record: Mapping[str, Any], table: MetricTable) -> Iterator[dict[str, Floats]]:
    """The rows of a record that a fork's table takes, cut so that looks come at fixed steps."""
    if "rows" not in record:
        return
    count, columns = decode(record["rows"])
    dense = {n: np.array(v, np.float64) for n, (at, v) in columns.items() if n in _kept(table) and at is None}
    start = 0
    while start < count:
        stop = min(count, start + LOOK_STEPS - len(table) % LOOK_STEPS)
        yield {name: values[start:stop] for name, values in dense.items()}
        start = stop


def _kept(table: MetricTable) -> set[str]:
    return set(table.columns)


def measure(job: ForkJob, losses: Floats, looks: Mapping[str, float]) -> tuple[float, float]:
    """The loss at a fork's start and near its end: on data held back, else means of what training logged."""
    start = job.station.step
    is_whole = start + len(losses) >= job.horizon
    if looks:
        last = [value for step, value in looks.items() if int(step) > start]
        return looks.get(str(start), math.nan), float(np.median(last)) if last and is_whole else math.nan
    before = job.station.rows.get("loss", np.empty(0))[-FEW:] if start else losses[:1]
    count = max(FEW, round(SHARE * (job.horizon - start)))
    return float(np.mean(before)) if len(before) else math.nan, float(
        np.mean(losses[-count:])
    ) if is_whole else math.nan


def progress(first: float, last: float) -> float:
    """Logarithm of the first loss over the last; −inf if that is not finite or the end was not reached."""
    if not math.isfinite(last):
        return -math.inf
    if not math.isfinite(first):
        return math.inf
    if first <= 0 or last <= 0:  # a loss that may be negative has no ratio
        return (first - last) / max(abs(first), abs(last), TINY)
    return math.log(max(first, TINY) / max(last, TINY))


def places(
    brought: Brought,
    seed: int,
    turns: Mapping[int, Mapping[str, Value]],
    steps: list[int],
    begin: Place | None,
    is_over: Callable[[], bool],
) -> dict[int, Place]:
    """States of the unchanged run at these steps, trained again from a kept state or from the start."""
    if not brought.source.can_restore:
        return {step: Place(step) for step in steps}
    files = {step: CREW.states / f"{step}.pt" for step in steps}
    order = {
        "do": "fork",
        "seed": seed,
        "knobs": dict(brought.knobs),
        "state": None if begin is None else str(begin.path),
        "turns": {str(step): dict(values) for step, values in turns.items()},
        "until": steps[-1],
        "save": {str(step): str(path) for step, path in files.items()},
    }
    found: dict[int, Place] = {}
    for record in CREW.worker(brought.source).answers(order, is_over):
        found |= {int(step): Place(int(step), Path(path)) for step, path in record.get("saved", {}).items()}
    return found
