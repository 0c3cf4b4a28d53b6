"""Edge of stability: the largest curvature climbs to 2/η and hovers there."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.places import span
from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading
from engine.i18n import N_, _, number


def _crossing(reading: Reading) -> int | None:
    """The first row at which the measured sharpness is above its limit."""
    sharpness, limits = reading.series("sharpness"), reading.series("stability_limit")
    count = min(len(sharpness), len(limits))
    above = np.flatnonzero(sharpness.values[:count] > limits.values[:count])
    return int(sharpness.rows[above[0]]) if len(above) else None


def _uphill(reading: Reading) -> str:
    losses = reading.values("loss")
    row = _crossing(reading)
    if row is None or len(losses) - row < 20:
        return _(
            "Because the steps become longer than the steepest direction allows, once the curvature has grown to "
            "2/η. This run has not reached that point, or the probe “Sharpness” is off."
        )
    after = np.diff(losses[row:])
    first_up = np.flatnonzero(np.diff(losses) > 0)
    text = _(
        "This run's sharpness crossed 2/η at {where}; since then the loss went up in {share} % of the steps."
    ).format(where=reading.where(row), share=number(round(100 * float((after > 0).mean()))))
    if len(first_up) and first_up[0] > row:
        lead = span(reading.run, row, int(first_up[0]) + 1)
        text += " " + _("The first rise came {lead} after the crossing.").format(lead=lead)
    return text


def _hovers(reading: Reading) -> str:
    row = _crossing(reading)
    general = _("In ten runs it stayed at 0.997 to 1.001 times 2/η after the crossing.")
    if row is None:
        return general
    sharpness, limits = reading.values("sharpness", row), reading.values("stability_limit", row)
    count = min(len(sharpness), len(limits))
    ratio = float(np.median(sharpness[:count] / limits[:count]))
    return (
        _("In this run its median since the crossing is {ratio} times 2/η.").format(ratio=number(ratio)) + " " + general
    )


def _danger(reading: Reading) -> str:
    first, last = reading.level("loss", 0, 20), reading.end("loss")
    if first is None or last is None:
        return _("No: the loss keeps falling in the long run, and the network moves to a flatter place.")
    return _(
        "No. This run's loss has gone from {first} to {last} meanwhile: each time the weights swing too far, they "
        "land where the curvature is a little smaller."
    ).format(first=number(first), last=number(last))


def _lower(reading: Reading) -> str:
    return _(
        "A lower rate only moves the limit up: at 0.1, nine of ten runs never reached it within 1500 steps, and "
        "the loss never rose at any step of a run that stayed below 2/η."
    )


class EdgeOfStabilityStory(ScenarioStory):
    """Full-batch gradient descent on a small network."""

    name = "edge-of-stability"
    seen = N_(
        "Textbooks ask for a learning rate below 2/λ, with λ the largest curvature. But λ changes during training: "
        "gradient descent on all data moves to ever steeper places, until its own learning rate is at the limit."
    )
    known = N_(
        "From then on the curvature hovers at 2/η, and the loss falls in the long run but not at every step. "
        "Measurements show the crossing 27 to 59 steps before the first rise of the loss."
    )
    to_try = N_("Lower the learning rate in the middle of the run, and watch curvature climb to the new limit.")
    questions = (
        (N_("Why does the loss go up at some steps, without any noise?"), _uphill),
        (N_("Where does the curvature settle?"), _hovers),
        (N_("Is it about to diverge?"), _danger),
        (N_("Would a lower learning rate avoid it?"), _lower),
        (QUESTION, described),
    )
    outcome = N_("Steps uphill")
    rule = N_("Steps uphill: the loss over all data goes up at some step of full-batch gradient descent.")
    learning = N_("Learned: at least 90 % accuracy in the last twentieth.")
    tries = (
        (N_("Half the learning rate"), {"lr": 0.1}, ""),
        (N_("Learning rate 0.3"), {"lr": 0.3}, N_("It reaches the limit after 30 to 50 steps")),
        (N_("Heavy ball, β = 0.9"), {"optimizer": "momentum", "lr": 0.02}, N_("The limit is 2(1 + β)/η")),
        (N_("Clip the gradient norm at 0.1"), {"clip_norm": 0.1}, ""),
    )
