"""Tests whether a factor also cures from scratch: whole runs over several seeds, with and without it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from engine.experiments.case import Intervention
from engine.experiments.executors import Failure, Forks
from engine.experiments.forks import ForkJob, ForkResult, run_fork
from engine.experiments.outcomes import Yardstick, measured, yardstick
from engine.experiments.records import Cured, ForkFailed, Record
from engine.experiments.reference import Reference
from engine.experiments.stations import Station

SEEDS = 5
BASELINE = "baseline"


def cured(reference: Reference, changes: Sequence[Intervention], runner: Forks) -> Generator[Record, None, list[Cured]]:
    """Run whole trainings with each factor and compare each with the same seed without it."""
    total = _total_steps(reference)
    jobs = [_job(reference, change, seed, total) for seed in _seeds(reference) for change in changes]
    baselines = [_job(reference, Intervention(BASELINE), seed, total) for seed in _seeds(reference)]
    results: dict[str, ForkResult] = {}
    for result in runner.results(run_fork, [*baselines, *jobs]):
        if isinstance(result, Failure):
            yield ForkFailed(result.id, result.text)
        else:
            results[result.id] = result
    found = []
    for change in changes:
        counts = [_is_clean(reference, results, change, seed) for seed in _seeds(reference)]
        known = [count for count in counts if count is not None]
        if known:
            record = Cured(change.factor, len(known), sum(known))
            found.append(record)
            yield record
    return found


def _seeds(reference: Reference) -> range:
    return range(reference.seed, reference.seed + SEEDS)


def _id(factor: str, seed: int) -> str:
    return f"cure/{factor}/{seed}"


def _total_steps(reference: Reference) -> int:
    from engine.training.session import TrainingSession

    return TrainingSession(reference.scenario, reference.seed, reference.settings, "none").total_steps


def _job(reference: Reference, change: Intervention, seed: int, total: int) -> ForkJob:
    return ForkJob(
        id=_id(change.factor, seed),
        station=Station(reference.scenario, seed, reference.settings, reference.turns),
        intervention=replace(change, skipped=0),
        nudge=None,
        kind=reference.event.kind,
        onset=reference.onset,
        horizon=total,
        stops_at_event=change.factor != BASELINE,
    )


def _is_clean(reference: Reference, results: dict[str, ForkResult], change: Intervention, seed: int) -> bool | None:
    """Whether a run is clean compared with its control; None if one of the two did not finish."""
    result, baseline = results.get(_id(change.factor, seed)), results.get(_id(BASELINE, seed))
    if result is None or baseline is None:
        return None
    kind = reference.event.kind
    floor = yardstick(kind, baseline, (), from_start=True).least_progress
    return Yardstick(kind, measured(kind, baseline), floor).is_clean(result)
