"""Length of the plateau with other initial weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import ClassVar

from engine.events import EventKind
from engine.experiments.answers.base import Answer
from engine.experiments.ledger import Ledger
from engine.experiments.plateaus import plateau_length
from engine.experiments.records import Finding
from engine.experiments.reference import Reference
from engine.i18n import _, number
from engine.run import Value
from engine.scenarios.base import scenario_named

LOOK_EVERY = 10
WIDER = (2.5, 5.0)


class Initialisations(Answer):
    """Whole runs from step 0: Kaiming's scale, wider normal weights, batch normalization."""

    name = "initialisations"
    kinds: ClassVar = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED)

    def find(self, reference: Reference, ledger: Ledger, is_cancelled: Callable[[], bool]) -> Finding | None:
        choices = _choices(reference)
        if not choices:
            return None
        lengths = {"": plateau_length(reference.columns["loss"])}
        for name, settings in choices.items():
            lengths[name] = _plateau(reference, settings, is_cancelled)
        return None if is_cancelled() else Finding(self.name, lengths)

    def text(self, finding: Finding) -> str:
        lengths = dict(finding.numbers)
        own = _steps(lengths.pop(""))
        others = "; ".join(f"{name}: {_steps(length)}" for name, length in lengths.items())
        return _("The plateau lasts {own} here; with other initial weights: {others}.").format(own=own, others=others)


def _steps(length: float) -> str:
    return _("no end in sight") if math.isinf(length) else _("{n} steps").format(n=number(length))


def _choices(reference: Reference) -> dict[str, Mapping[str, Value]]:
    knobs = {s.key: s for s in scenario_named(reference.scenario).settings}
    found: dict[str, Mapping[str, Value]] = {}
    if "init" in knobs and "kaiming" in knobs["init"].words:
        found["kaiming"] = {"init": "kaiming"}
    if "init_std" in knobs and reference.settings.get("init", "normal") == "normal":
        std = float(reference.settings["init_std"] or 0)
        found |= {f"std {factor * std:g}": {"init_std": factor * std} for factor in WIDER}
    if "normalization" in knobs and reference.settings["normalization"] == "none":
        found["batch normalization"] = {"normalization": "batch"}
    return {name: change for name, change in found.items() if change.items() - reference.settings.items()}


def _plateau(reference: Reference, change: Mapping[str, Value], is_cancelled: Callable[[], bool]) -> float:
    from engine.training.session import TrainingSession

    settings = {**reference.settings, **change}
    session = TrainingSession(reference.scenario, reference.seed, settings, "none", reference.horizon, reference.turns)
    for _row in session:
        if is_cancelled():
            break
        if session.step % LOOK_EVERY == 0 and not math.isinf(plateau_length(session.run.table.values("loss"))):
            break
    return plateau_length(session.run.table.values("loss"))
