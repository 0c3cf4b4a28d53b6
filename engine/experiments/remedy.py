"""Use what was found: go on from the checkpoint with the winning change, or begin anew with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.experiments.case import Intervention
from engine.experiments.forks import skip
from engine.experiments.proof import Proof
from engine.experiments.records import Arm
from engine.experiments.stations import Station

if TYPE_CHECKING:
    from engine.training.session import TrainingSession


def apply(proof: Proof, arm: Arm, probes: Iterable[str] | str = "default") -> TrainingSession:
    """A session that stands where the arm's forks began, changed as they were, and trains on to the planned end.

    A change of what is decided when training begins starts at step 0. The run's own later turns are replayed, except
    those that the change undoes.
    """
    change = proof.interventions.get(arm.factor, Intervention(arm.factor))
    session = proof.stations[arm.distance].session(change, until=None, probes=probes)
    if session.step:
        for key, value in change.settings.items():
            session.turn(key, value)
    if change.skipped:
        first = proof.reference.onset - 1 - change.skipped // 2
        while session.step < first:
            next(session)
        skip(session, change.skipped)
    return session


def fresh(proof: Proof, arm: Arm, probes: Iterable[str] | str = "default") -> TrainingSession:
    """The same scenario and seed from the beginning, with the arm's change from the first step on."""
    reference = proof.reference
    change = proof.interventions.get(arm.factor, Intervention(arm.factor))
    station = Station(reference.scenario, reference.seed, reference.settings, reference.turns)
    return station.session(replace(change, skipped=0), until=None, probes=probes)
