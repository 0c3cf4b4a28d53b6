"""The events of runs that are over; many short ones are judged in processes, so that the window has this one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.detectors.watch import Watch
from engine.events import Event
from engine.remarks import Remark
from engine.run import Run

if TYPE_CHECKING:
    from engine.experiments.executors import IsStopped

FEWEST = 24  # runs for which starting processes pays
LONGEST = 200_000  # rows: arithmetic on longer ones lets other threads run, and sending them takes as long
AT_ONCE = 4  # runs that a process takes at a time


@dataclass(frozen=True)
class Judgement:
    """What the detectors found in a run that is over.

    Attributes
    ----------
    events : tuple of Event
    perhaps : tuple of Remark
        What is too doubtful to be an event.
    restarts : tuple of int
        Rows at which they saw a restart (see `Run.restart_rows`).
    """

    events: tuple[Event, ...]
    perhaps: tuple[Remark, ...]
    restarts: tuple[int, ...]


def watch_of(run: Run) -> Watch:
    """The detectors of a log's run, before its first row."""
    return Watch(run.table, run.series, run.clock, first_row=run.judged_from)


def judge(run: Run) -> Judgement:
    """Run all detectors over a run that is over."""
    watch = watch_of(run)
    watch.finish()
    return Judgement(watch.events, watch.perhaps, watch.restarts)


def judge_all(runs: Sequence[Run], is_cancelled: Callable[[], bool] = lambda: False) -> Iterator[tuple[Run, Judgement]]:
    """Judge runs and yield each with what was found, in any order; many short ones are judged in processes."""
    left = dict(enumerate(runs))
    if len(runs) >= FEWEST and all(len(run.table) <= LONGEST for run in runs):
        for place, found in _judged_apart(left, is_cancelled):
            yield left.pop(place), found
    for run in left.values():  # few, or what processes that died have left
        if is_cancelled():
            return
        yield run, judge(run)


@dataclass(frozen=True)
class _Job:
    """Runs with their places, for a process."""

    id: str
    runs: tuple[tuple[int, Run], ...]


def _judged_apart(runs: dict[int, Run], is_cancelled: Callable[[], bool]) -> Iterator[tuple[int, Judgement]]:
    from engine.experiments.executors import Failure, Forks, ForksLost, LocalProcesses

    jobs = [_Job(str(some[0][0]), tuple(some)) for some in _parts(list(runs.items()))]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with LocalProcesses(max(min(cores, 2), cores - 1)) as processes:  # of several cores the window has one
        try:
            for found in Forks(processes, is_cancelled).results(_judge_job, jobs):
                if not isinstance(found, Failure):  # whose runs meet the same error here, where it is told
                    yield from found
        except ForksLost:
            return


def _parts(runs: Sequence[tuple[int, Run]]) -> Iterator[Sequence[tuple[int, Run]]]:
    return (runs[start : start + AT_ONCE] for start in range(0, len(runs), AT_ONCE))


def _judge_job(job: _Job, is_stopped: IsStopped) -> list[tuple[int, Judgement]]:
    """Runs in a process."""
    return [(place, judge(run)) for place, run in job.runs if not is_stopped()]
