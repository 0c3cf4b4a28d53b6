"""The evidence of an event as lines for people: a label, the value, its unit."""

from __future__ import annotations

import math

from engine.detectors.evidence import EVIDENCE
from engine.diagnosis.facts import Facts
from engine.diagnosis.model import EvidenceLine
from engine.diagnosis.places import label, span
from engine.i18n import N_, _, number

LABELS: dict[str, str] = {
    "first_non_finite_row": N_("First value that is no number"),
    "last_finite": N_("Last value before it"),
    "growth_per_step": N_("Growth from step to step"),
    "rise_factor": N_("Rise over the level before"),
    "level_before": N_("Level before"),
    "level_after": N_("Level after"),
    "peak": N_("Highest value"),
    "initial_loss": N_("Loss at the start"),
    "share_of_run": N_("Share of the run"),
    "has_returned": N_("Returned to its level"),
    "height_factor": N_("Height over the level before"),
    "height_scatters": N_("Height in units of the scatter"),
    "scatter": N_("Scatter from point to point"),
    "length_rows": N_("Length"),
    "sharpness_limit_factor": N_("Sharpness in units of its stability limit"),
    "overlength_factor": N_("Over-length of the step"),
    "update_rms": N_("Relative step"),
    "update_ceiling_share": N_("Relative step as a share of its ceiling"),
    "denominator_fall_factor": N_("Fall of the denominator before"),
    "gradient_jump_factor": N_("Jump of the gradient norm"),
    "signal_growth_factor": N_("Growth of the first layer's gradient before"),
    "signal_lead_rows": N_("Tenfold gradient ahead of the loss by"),
    "gradient_over_eps": N_("Smallest gradient scale in units of ε"),
    "noise_scale": N_("Gradient noise scale"),
    "batch_size": N_("Batch size"),
}
SWITCHES = ("has_", "is_", "still_")


def evidence_lines(facts: Facts) -> tuple[EvidenceLine, ...]:
    """One line for each number that made the event fire; a name that is not known is shown as it is."""
    return tuple(_line(facts, name, value) for name, value in facts.event.evidence.items())


def _line(facts: Facts, name: str, value: float) -> EvidenceLine:
    return EvidenceLine(name, _title(name), _value(facts, name, value))


def _title(name: str) -> str:
    """Said for a card where there is such a wording, else as the detectors declare it."""
    if name in LABELS:
        return _(LABELS[name])
    return _(EVIDENCE[name].label) if name in EVIDENCE else name.replace("_", " ")


def _value(facts: Facts, name: str, value: float) -> str:
    if not math.isfinite(value):
        return number(value)
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
