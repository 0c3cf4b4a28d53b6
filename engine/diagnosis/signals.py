"""Signals for and against causes: functions of an event's facts that return True, False, or None if unknown."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.events import EventKind
from engine.series import is_adversarial

Signal = Callable[[Facts], bool | None]

ADAPTIVE = ("rmsprop", "adam", "adamw")


def unless(*signals: Signal) -> Signal:
    """Whether none of these is True: each is False or unknown."""
    return lambda facts: not any(signal(facts) for signal in signals)


def setting_is(key: str, *values: object) -> Signal:
    """Whether a setting has one of these values."""

    def answer(facts: Facts) -> bool | None:
        return facts.settings[key] in values if key in facts.settings else None

    return answer


def mechanism_is(*codes: float) -> Signal:
    """Whether the detector named one of these mechanisms of an epoch boundary."""

    def answer(facts: Facts) -> bool | None:
        named = facts.evidence("mechanism")
        return None if named is None else named in codes

    return answer


def mechanism_is_not(*codes: float) -> Signal:
    """Whether the detector named another mechanism."""

    def answer(facts: Facts) -> bool | None:
        named = facts.evidence("mechanism")
        return None if named is None else named not in codes

    return answer


def setting_below(key: str, limit: float) -> Signal:
    """Whether a numeric setting is below a limit."""

    def answer(facts: Facts) -> bool | None:
        value = facts.number(key)
        return None if value is None else value < limit

    return answer


def is_overlong(facts: Facts) -> bool | None:
    """Whether the second-order term of a step around the onset exceeded its first-order term."""
    values = facts.values("overlength", facts.event.start - 20, facts.event.start + 5)
    return bool(np.nanmax(values) > 1) if len(values) else None


def run_has(*kinds: EventKind) -> Signal:
    """Whether the run has another event of these kinds."""
    return lambda facts: facts.has_other(*kinds)


def is_adaptive(facts: Facts) -> bool | None:
    """Whether steps are divided by the root of a mean square."""
    optimizer = facts.settings.get("optimizer")
    return None if optimizer is None else optimizer in ADAPTIVE


def is_full_batch(facts: Facts) -> bool | None:
    """Whether every step uses all samples, so there is no sampling noise."""
    size = facts.settings.get("batch_size")
    return None if size is None else size == "full"


def is_small_batch(facts: Facts) -> bool | None:
    size = facts.number("batch_size")
    return False if is_full_batch(facts) else None if size is None else size <= 8


def is_sharp(facts: Facts) -> bool | None:
    """Whether the sharpness reached its stability limit around the onset."""
    first, last = facts.event.start - 200, facts.event.start + 5
    sharpness, limit = facts.values("sharpness", first, last), facts.values("stability_limit", first, last)
    if not len(sharpness) or not len(limit):
        return None
    return bool(np.nanmax(sharpness) >= 0.9 * np.nanmedian(limit))


def is_update_large(facts: Facts) -> bool | None:
    """Whether the relative update reached a third of its ceiling around the onset."""
    first, last = facts.event.start - 10, facts.event.start + 5
    updates, ceiling = facts.values("update_rms", first, last), facts.at("update_rms_ceiling")
    return bool(np.nanmax(updates) > ceiling / 3) if len(updates) and ceiling else None


def is_warming_up(facts: Facts) -> bool | None:
    """Whether the learning rate at the onset is below a third of the run's largest."""
    rates = facts.values("lr", 0, len(facts.run.table) - 1)
    rates = rates[np.isfinite(rates)]
    here = facts.at("lr")
    return None if not len(rates) or here is None else here < rates.max() / 3


def is_abrupt(facts: Facts) -> bool | None:
    """Whether the loss became NaN or infinite without growth, never above twice its previous level."""
    found = facts.first_non_finite
    if found is None or facts.before is None or is_throughout(facts):
        return None
    if (measured("growth_before_nan_scatters", facts) or 0.0) > 5 and (
        measured("growth_before_nan_rows", facts) or 0
    ) >= 3:
        return False  # it grew little, but out of its scatter
    run_up = facts.values(facts.event.series, max(0, found[0] - 30), found[0] - 1)
    run_up = run_up[np.isfinite(run_up)]
    return bool(not len(run_up) or run_up.max() <= 2 * abs(facts.before))


def is_throughout(facts: Facts) -> bool:
    """Whether no value of the series is a number, or only its first one before NaN was logged as 0."""
    hidden = facts.evidence("first_non_finite_row")
    return hidden is not None and hidden <= 1 and (facts.first_non_finite is None or hidden == 0)


def goes_on_in_numbers(facts: Facts) -> bool | None:
    """Whether the loss is a number throughout, or again after it was none."""
    if facts.evidence("first_non_finite_row") is not None or facts.event.series not in facts.run.table:
        return None
    found = facts.run.table.first_non_finite(facts.event.series, 0)
    after = facts.values(facts.event.series, found[0] if found is not None else 0, len(facts.run.table) - 1)
    return bool(np.isfinite(after).any())


def has_moving_target(facts: Facts) -> bool:
    """Whether a loss column's name suggests adversarial or reinforcement learning, where the objective itself moves."""
    names = [facts.event.series, *(s.name for s in facts.run.series)]
    return any(is_adversarial(name) for name in names)


def is_validation(facts: Facts) -> bool:
    return facts.is_validation


def is_of_training(facts: Facts) -> bool:
    """Whether the event is one of a training loss."""
    return not facts.is_validation and facts.event.kind is not EventKind.OVERFITTING


def is_of_kind(*kinds: EventKind) -> Signal:
    """Whether the event is of one of these kinds."""
    return lambda facts: facts.event.kind in kinds


def was_resumed(facts: Facts) -> bool:
    return facts.resumed


def keeps_its_state(facts: Facts) -> bool:
    """Whether it is a demo, which is resumed with all of its state."""
    return facts.run.origin.scenario is not None


def had_learned(facts: Facts) -> bool | None:
    """Whether the loss before the onset was below half of its initial value."""
    first = facts.values(facts.event.series, 0, 10)
    first = first[np.isfinite(first)]
    if not len(first) or facts.before is None or facts.event.start < 20:
        return False
    return bool(facts.before < 0.5 * scatters.median(first))


def gradient_jumped(facts: Facts) -> bool | None:
    """Whether the gradient norm at the onset was more than three times its previous median."""
    jump = _gradient_jump(facts)
    return None if jump is None else jump > 3


def gradient_did_not_rise(facts: Facts) -> bool | None:
    """Whether the gradient norm at the onset was at most its previous median, so that there was no cliff."""
    jump = _gradient_jump(facts)
    return None if jump is None else jump <= 1


def _gradient_jump(facts: Facts) -> float | None:
    usual = facts.values("grad_norm", facts.event.start - 200, facts.event.start - 5)
    there = facts.values("grad_norm", facts.event.start - 4, facts.event.start + 5)
    if len(usual) < 3 or not len(there):
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.nanmax(there) / np.nanmedian(usual))


def denominator_fell(facts: Facts) -> bool | None:
    """Whether √v was below a third of its value about a hundred steps before."""
    values = facts.values("denominator_median", facts.event.start - 400, facts.event.start)
    values = values[np.isfinite(values)]
    if len(values) < 4:
        return None
    half = len(values) // 2
    return bool(np.median(values[half:]) < np.median(values[:half]) / 3)


def is_at_start(facts: Facts) -> bool:
    """Whether the onset is in the first twentieth of the run."""
    return facts.event.start <= max(3, len(facts.run.table) // 20)


def is_at_chance(facts: Facts) -> bool | None:
    """Whether the loss is within 3 % of ln K for a number of classes K up to 1000."""
    level = facts.before if facts.event.start > 0 else facts.last
    if level is None or level <= 0 or level > math.log(1000):
        return None
    classes = round(math.exp(level))
    return classes >= 2 and abs(level - math.log(classes)) < 0.03 * level and classes <= 10
