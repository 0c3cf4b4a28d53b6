"""Apply the result of a proof: continue from the checkpoint with the change, or start again with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.experiments.case import Intervention
from engine.experiments.proof import Proof
from engine.experiments.records import Arm
from engine.experiments.stations import Station

if TYPE_CHECKING:
    from engine.training.session import TrainingSession


def apply(proof: Proof, arm: Arm, probes: Iterable[str] | str = "default") -> TrainingSession:
    """A session at the start of the arm's forks, with their change, that trains to the planned end.

    A change of what is decided at the start of training starts at step 0. The run's own later turns are replayed,
    except those that the change undoes.
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
        session.skip(change.skipped)
    return session


def fresh(proof: Proof, arm: Arm, probes: Iterable[str] | str = "default") -> TrainingSession:
    """A session of the same scenario and seed, with the arm's change from the first step on."""
    reference = proof.reference
    change = proof.interventions.get(arm.factor, Intervention(arm.factor))
    station = Station(reference.scenario, reference.seed, reference.settings, reference.turns)
    return station.session(replace(change, skipped=0), until=None, probes=probes)
