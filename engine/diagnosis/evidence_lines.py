"""The evidence of an event as lines of label, value and unit."""

from __future__ import annotations

import math

from engine.detectors.claims.kind import declaration
from engine.detectors.epochs.mechanism import MECHANISMS
from engine.detectors.shapes.excursions import SPIKE_FACTOR, SPIKE_SIGMAS
from engine.diagnosis.evidence_labels import EVIDENCE
from engine.diagnosis.facts import Facts
from engine.diagnosis.model import EvidenceLine
from engine.diagnosis.places import label, span
from engine.i18n import _, number

# From these values on a number of the evidence speaks for the event: thresholds of the rules, and limits of theory.
LIMITS = {
    "height_scatters": SPIKE_SIGMAS,
    "height_factor": SPIKE_FACTOR,
    "overlength_factor": 1.0,
    "sharpness_limit_factor": 1.0,
    "update_ceiling_share": 1.0,
}
SWITCHES = ("has_", "is_", "still_")


def evidence_lines(facts: Facts) -> tuple[EvidenceLine, ...]:
    """One line per number of the evidence; an unknown name is shown as it is."""
    return tuple(_line(facts, name, value) for name, value in facts.event.evidence.items())


def _line(facts: Facts, name: str, value: float) -> EvidenceLine:
    return EvidenceLine(name, _title(facts, name), _value(facts, name, value), float(value), LIMITS.get(name))


def _title(facts: Facts, name: str) -> str:
    own = declaration(facts.event.kind).evidence
    if name in own:
        return _(own[name])
    return _(EVIDENCE[name].label) if name in EVIDENCE else name.replace("_", " ")


def _value(facts: Facts, name: str, value: float) -> str:
    if not math.isfinite(value):
        return number(value)
    if name == "mechanism" and value in MECHANISMS:
        return _(MECHANISMS[value])
    if name.startswith(SWITCHES):
        return _("yes") if value else _("no")
    if name.endswith("_row"):
        return label(facts.run, int(value))
    if name.endswith("_rows"):
        return span(facts.run, facts.event.start, facts.event.start + round(value))
    if "share" in name:
        return _("{percent} %").format(percent=number(100 * value))
    if name.endswith(("_factor", "_per_step")):
        return _("× {factor}").format(factor=number(value))
    return number(value)
