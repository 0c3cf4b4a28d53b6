"""Rewinding a run to the points before an event at which forks start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.brought.source import Place
from engine.experiments.brought_forks import places
from engine.experiments.outcomes import FROM_START
from engine.experiments.reference import Reference
from engine.experiments.stations import Station, without

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.session import TrainingSession

DISTANCES = (20, 60, 5)  # steps before the onset, in the order of preference
BEFORE_CHANGE = 5
FARTHEST_CHANGE = 3000


def distances(reference: Reference) -> tuple[int, ...]:
    """Distances in steps from the starts of forks to the onset, the most informative first.

    If the run was changed before the event, a start just before that change comes first. A distance beyond step 0 is
    replaced by step 0 (and then is the onset itself); an event that is present from the first step on has no other
    start.
    """
    onset = max(1, reference.onset)
    if reference.event.kind in FROM_START:
        return (_to_start(reference),)
    found = [onset - start for start in _before_changes(reference)]
    found += [d if onset - d >= 1 else onset for d in DISTANCES]
    return tuple(dict.fromkeys(found))


def _to_start(reference: Reference) -> int:
    return max(1, reference.onset)


def _before_changes(reference: Reference) -> list[int]:
    """The step before the last change that may have caused the event."""
    near = [c.step for c in reference.case().changes if reference.onset - c.step < FARTHEST_CHANGE]
    return [max(0, min(max(near), reference.onset) - BEFORE_CHANGE)] if near else []


def stations(
    reference: Reference, wanted: tuple[int, ...], is_over: Callable[[], bool] = lambda: False
) -> tuple[dict[int, Station], Checkpoint | Place | None]:
    """The start at each distance, and the checkpoint from which the run was trained again, if any.

    Training continues from the latest checkpoint that is old enough and stops at each start; once `is_over`, only the
    starts reached are returned.
    """
    onset = max(1, reference.onset)
    steps = sorted({onset - distance for distance in wanted})
    found: dict[int, Station] = {}
    base = Station(reference.scenario, reference.seed, reference.settings, reference.turns, brought=reference.brought)
    later = [step for step in steps if step > 0]
    if steps[0] <= 0:
        found[onset] = base
    if not later:
        return found, None
    if base.brought is not None:
        nearest = next((place for place in reversed(reference.places) if place.step <= later[0]), None)
        kept = places(base.brought, reference.seed, reference.turns, later, nearest, is_over)
        for step, place in kept.items():
            rows = {name: values[:step] for name, values in reference.columns.items()}
            found[onset - step] = replace(base, rows=rows, brought=replace(base.brought, place=place))
        return found, nearest
    begin = next((c for c in reversed(reference.checkpoints) if c.step <= later[0]), None)
    session = base_session(base, begin, later[-1])
    for step in later:
        while session.step < step:
            if is_over():
                return found, begin
            next(session)
        rows = {name: values[:step] for name, values in reference.columns.items()}
        found[onset - step] = replace(base, checkpoint=session.checkpoint(), rows=rows)
    return found, begin


def base_session(base: Station, checkpoint: Checkpoint | None, until: int) -> TrainingSession:
    """A session of the unchanged run, from a checkpoint or from step 0, without probes."""
    from engine.training.session import TrainingSession

    if checkpoint is None:
        return TrainingSession(base.scenario, base.seed, base.settings, "none", until, base.turns)
    turns = without(base.turns, {}, checkpoint.step)
    return TrainingSession.resume(replace(checkpoint, injections=turns), probes="none", max_steps=until)
