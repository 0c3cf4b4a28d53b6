"""The evidence of an event as lines for people: a label, the value, its unit."""

from __future__ import annotations

from engine.diagnosis.facts import Facts
from engine.diagnosis.model import EvidenceLine
from engine.diagnosis.places import length, place
from engine.i18n import N_, _, number

LABELS: dict[str, str] = {
    "first_non_finite_row": N_("First value that is no number"),
}


def evidence_lines(facts: Facts) -> tuple[EvidenceLine, ...]:
    """One line for each number that made the event fire; a name that is not known is shown as it is."""
    return tuple(_line(facts, name, value) for name, value in facts.event.evidence.items())


def _line(facts: Facts, name: str, value: float) -> EvidenceLine:
    label = _(LABELS[name]) if name in LABELS else name.replace("_", " ")
    return EvidenceLine(name, label, _value(facts, name, value))


def _value(facts: Facts, name: str, value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return number(value)
    if name.endswith("_row"):
        return place(facts.run, int(value))
    if name.endswith("_rows"):
        return length(facts.run, facts.run.x_at(facts.event.start + int(value)) - facts.run.x_at(facts.event.start))
    if name.endswith(("_share", "_fraction")):
        return _("{percent} %").format(percent=number(100 * value))
    return number(value)
