"""Trains the runs of the lab: each number is a fault, a family and a manner, drawn from the number alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.discovery import discover
from tools.faultlab.draws import families, sound_setup
from tools.faultlab.faults.base import Fault
from tools.faultlab.logbook import Log, Manner, draw_manner, logged
from tools.faultlab.rules import KINDS, face_of_its_own, is_sound, shows
from tools.faultlab.setup import Setup
from tools.faultlab.training import Record, Training

MANNERS = 3  # in which each training is logged
LATER = 16_384  # the first number that draws a family which came later, so that lower ones stay what they were
WIDE = 32_768  # the first that draws from all families, and setups more widely
NEED_NO_TWIN = ("turn", "turn_only", "moving", "done", "grok")
SOUND_FAMILIES = ("mlp", "cnn", "rnn", "transformer", "autoencoder", "contrastive", "linear", "sums", "overlap")


def faults() -> dict[str, type[Fault]]:
    return discover("tools.faultlab.faults", Fault)


def fault_of(number: int) -> str:
    """The fault that a number draws."""
    keys = tuple(faults())
    return keys[number % len(keys)]


def produce(number: int) -> list[dict[str, Any]]:
    """The run of a number and, often, its sound twin; empty if the fault did not show in any draw."""
    keys = tuple(faults())
    fault = faults()[fault_of(number)]()
    began, choices = time.perf_counter(), families_of(fault, number)
    for attempt in range(fault.tries if choices else 0):
        rng = np.random.default_rng([number, attempt])
        family = choices[(number // len(keys) + attempt) % len(choices)]
        found = _attempt(fault, number, attempt, rng, family)
        if found:
            for run in found:
                run |= {"number": number, "attempt": attempt, "seconds": time.perf_counter() - began}
            return found
    return []


def families_of(fault: Fault, number: int) -> tuple[str, ...]:
    """The families that a number may draw for a fault; none if no family that came later takes it."""
    later = (name for name, one in families().items() if one.like in fault.families and name not in fault.without)
    if number < LATER:
        return fault.families
    return (*fault.families, *later) if number >= WIDE else tuple(later)


def setup_of(number: int, attempt: int, family: str, rng: np.random.Generator) -> Setup:
    """The sound setup that a number draws."""
    return sound_setup(family, number * 16 + attempt, rng, is_wide=number >= WIDE)


def _attempt(fault: Fault, number: int, attempt: int, rng: np.random.Generator, family: str) -> list[dict[str, Any]]:
    seed = number * 16 + attempt
    manner = drawn_manner(fault, rng)
    others = [drawn_manner(fault, np.random.default_rng([seed, i])) for i in range(1, MANNERS)]
    state = rng.bit_generator.state
    records: list[Record] = []
    for is_faulty in (True, False):
        rng.bit_generator.state = state
        setup = setup_of(number, attempt, family, rng)
        fault.prepare(setup, rng)
        if is_faulty:
            fault.inject(setup, rng)
            chosen = setup
        setup.is_validated = any("val" in one.columns for one in (manner, *others))
        with np.errstate(all="ignore"):
            record = Training(setup).run()
        records.append(record)
        if is_faulty and fault.face in NEED_NO_TWIN:
            break
    found: list[dict[str, Any]] = []
    if not fault.accepted(chosen, records[0].is_dead):
        return []
    for place, one in enumerate((manner, *others)):
        found += _logged(fault, chosen, records, one, place)
        if place == 0 and not found:
            return []
    return found


def has_sound_twins(family: str) -> bool:
    return family in SOUND_FAMILIES or bool(families()[family].like)


def drawn_manner(fault: Fault, rng: np.random.Generator) -> Manner:
    manner = draw_manner(fault.cadences, fault.needs, rng)
    needed = {"accuracy", "val"} if fault.face == "turn_only" else set()
    return replace(manner, columns=manner.columns | needed)


def _logged(fault: Fault, setup: Setup, records: Sequence[Record], manner: Manner, place: int) -> list[dict[str, Any]]:
    """The run as it is logged in a manner, and for the first manner its twin; empty if the fault does not show."""
    main = families()[setup.family].kind_of_loss
    log = logged(records[0], manner, main)
    as_they_are = replace(manner, cadence="step", stride=1) if manner.cadence == "mean" else manner
    sound = logged(records[1], as_they_are, main) if len(records) > 1 else log
    onset = None if setup.onset is None else log.row_of(setup.onset)
    if len(records) > 1 and fault.face not in ("noise", "drop", "late") and not is_learning(sound, main):
        return []
    seen = shows(fault.face, log, sound, main, onset)
    if seen is None:
        return []
    face, row = seen
    label = {
        "fault": fault.name,
        "accepted": list(fault.accepted(setup, records[0].is_dead)),
        "face": face,
        "kinds": list(KINDS[face]),
        "onset": int(row),
    }
    about = {
        "family": setup.family,
        "optimizer": setup.optimizer,
        "schedule": setup.schedule,
        "cadence": manner.cadence,
    }
    found = [run_of(log, main, label | about) | {"manner": place}]
    if len(records) > 1 and place == 0 and has_sound_twins(setup.family) and is_healthy(sound, main):
        nothing = {"fault": "", "accepted": [], "face": "sound", "kinds": [], "onset": 0}
        found.append(run_of(sound, main, nothing | about) | {"manner": place})
    return found


def is_healthy(log: Log, main: str) -> bool:
    """Whether a log without a fault learns and shows none of its own."""
    return is_sound(log.values(main)) and face_of_its_own(log, main) is None


def is_learning(log: Log, main: str) -> bool:
    """Whether a twin is finite and ends below its start."""
    values = log.values(main)
    return bool(np.isfinite(values).all()) and (main != "loss" or is_sound(values))


def run_of(log: Log, main: str, label: dict[str, Any]) -> dict[str, Any]:
    columns = {name: np.where(log.present[name], values, np.nan) for name, values in log.columns.items()}
    sparse = [name for name in columns if not log.present[name].all()]
    return {"label": label | {"main": main, "an_epoch": round(log.an_epoch, 2), "sparse": sparse}, "columns": columns}
