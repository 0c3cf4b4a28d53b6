"""What happened, in one plain sentence a kind, from the numbers around the event."""

from __future__ import annotations

import math
from collections.abc import Callable

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis.facts import Facts
from engine.diagnosis.places import place, span
from engine.events import EventKind as K
from engine.events import Severity
from engine.i18n import N_, _, number

TITLES: dict[K, str] = {
    K.DIVERGED: N_("Diverged"),
    K.OVERSHOOT: N_("Overshoot"),
    K.LATE_RISE: N_("Late rise"),
    K.SPIKE: N_("Spike"),
    K.EPOCH_BOUNDARY: N_("Epoch boundary"),
    K.PLATEAU: N_("Plateau"),
    K.KICK_IN: N_("Kick-in"),
    K.FLUCTUATION: N_("Fluctuation"),
    K.OVERFITTING: N_("Overfitting"),
    K.STALLED: N_("Stalled"),
}

SEVERITIES: dict[Severity, str] = {
    Severity.CRITICAL: N_("critical"),
    Severity.WARNING: N_("warning"),
    Severity.INFO: N_("info"),
}


def sentence(facts: Facts) -> str:
    """What the event says, in one sentence of the current language."""
    return _SENTENCES[facts.event.kind](facts)


def _n(value: float | None) -> str:
    return "?" if value is None else number(value)


def _start(facts: Facts) -> str:
    return place(facts.run, facts.event.start)


def _duration(facts: Facts) -> str:
    return span(facts.run, facts.event.start, min(facts.event.end + 1, len(facts.run.table) - 1))


def _diverged(facts: Facts) -> str:
    found = facts.first_non_finite
    if found is None:
        return _("Loss grew from {before} to {peak} from {where} on and did not return").format(
            before=_n(facts.before), peak=_n(facts.peak), where=_start(facts)
        )
    row, value = found
    what = _("NaN") if value != value else _("infinite")
    if row <= facts.event.start:
        return _("Loss became {what} at {where}").format(what=what, where=place(facts.run, row))
    return _("Loss became {what} at {where}; it had been growing since {onset}").format(
        what=what, where=place(facts.run, row), onset=_start(facts)
    )


def _overshoot(facts: Facts) -> str:
    has_returned = facts.evidence("has_returned")
    if has_returned == 0 or (has_returned is None and facts.is_last()):
        text = _("Loss jumped from {before} to {peak} at {where} and stayed above where it had been")
    else:
        text = _("Loss jumped from {before} to {peak} at {where} and took {duration} to return")
    return text.format(before=_n(facts.before), peak=_n(facts.peak), where=_start(facts), duration=_duration(facts))


def _late_rise(facts: Facts) -> str:
    text = _("Loss had come down to {before}, then climbed to {peak} from {where} on").format(
        before=_n(facts.before), peak=_n(facts.peak), where=_start(facts)
    )
    high, low = facts.at("accuracy"), _lowest(facts, "accuracy")
    if high is None or low is None or low > high - 0.02:
        return text
    return _("{rise}, while accuracy fell from {high} % to {low} %").format(
        rise=text, high=number(100 * high), low=number(100 * low)
    )


def _lowest(facts: Facts, column: str) -> float | None:
    values = facts.values(column, facts.event.start, facts.event.end)
    return float(values.min()) if len(values) else None


def _spike(facts: Facts) -> str:
    return _("Loss jumped from {before} to {peak} at {where} and returned within {duration}").format(
        before=_n(facts.before), peak=_n(facts.peak), where=_start(facts), duration=_duration(facts)
    )


_BOUNDARIES: dict[float | None, str] = {
    Mechanism.RUNNING_MEAN: N_("Every {period} the curve jumps and calms down again: it is a mean that starts anew"),
    Mechanism.REPEATED_ORDER: N_("The curve repeats itself every {period}: the samples come in the same order"),
    Mechanism.LAST_BATCH: N_("Every {period} a single point stands out: the last mini-batch of the epoch"),
    Mechanism.STEP: N_("Every {period} the loss steps by {percent} %: it is locked to the end of the epoch"),
    Mechanism.SPIKE: N_("Every {period} the loss jumps by {percent} % and comes back within a few points"),
    None: N_("Every {period} the curve jumps: it is locked to the end of the epoch"),
}


def _epoch_boundary(facts: Facts) -> str:
    period = facts.evidence("period_rows", "period")
    if period is None:
        return _("The curve jumps at the end of each epoch")
    mechanism, change = facts.evidence("mechanism"), facts.evidence("change_at_boundary")
    text = _BOUNDARIES.get(mechanism, _BOUNDARIES[None])
    if change is None and mechanism in (Mechanism.STEP, Mechanism.SPIKE):
        text = _BOUNDARIES[None]
    percent = "?" if change is None else number(100 * math.expm1(change), 2)
    return _(text).format(period=_period(facts, round(period)), percent=percent)


def _period(facts: Facts, rows: int) -> str:
    """One epoch in the run's unit: the one before the first boundary, where that is in the table."""
    first = max(0, facts.event.start - rows)
    return span(facts.run, first, min(first + rows, len(facts.run.table) - 1))


def _plateau(facts: Facts) -> str:
    return _("Loss made no progress for {duration} from {where} on, at {level}").format(
        duration=_duration(facts), where=_start(facts), level=_n(facts.last)
    )


def _kick_in(facts: Facts) -> str:
    return _("After a flat stretch at {before}, loss suddenly fell to {floor} within {duration}").format(
        before=_n(facts.before), floor=_n(facts.floor), duration=_duration(facts)
    )


def _fluctuation(facts: Facts) -> str:
    falls = facts.evidence("still_falls", "trend_falls")
    if falls is None:
        return _("Loss swings by more than the progress it makes")
    if falls:
        return _("Loss swings by more than the progress it makes; its trend still falls")
    return _("Loss swings and its trend no longer falls")


def _overfitting(facts: Facts) -> str:
    return _(
        "Validation loss turned up at {where}, from {floor} to {last}, while training loss went on falling"
    ).format(where=_start(facts), floor=_n(facts.floor), last=_n(facts.last))


def _stalled(facts: Facts) -> str:
    return _("Loss stayed at {level} to the end: nothing was learned").format(level=_n(facts.last))


_SENTENCES: dict[K, Callable[[Facts], str]] = {
    K.DIVERGED: _diverged,
    K.OVERSHOOT: _overshoot,
    K.LATE_RISE: _late_rise,
    K.SPIKE: _spike,
    K.EPOCH_BOUNDARY: _epoch_boundary,
    K.PLATEAU: _plateau,
    K.KICK_IN: _kick_in,
    K.FLUCTUATION: _fluctuation,
    K.OVERFITTING: _overfitting,
    K.STALLED: _stalled,
}
