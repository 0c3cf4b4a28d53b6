"""Explosion: a learning rate of 0.001 makes the weights infinite, 0.0001 works."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.measured import learned
from engine.diagnosis.stories.base import ScenarioStory
from engine.diagnosis.stories.quadratic import QUESTION, described
from engine.diagnosis.stories.reading import Reading
from engine.i18n import N_, _, number

NAME = "explosion"
USUAL_CURVATURE = "3100–3300"


def _lr(reading: Reading) -> float | None:
    value = reading.setting("lr")
    return float(value) if isinstance(value, (int, float)) else None


def _one_order(reading: Reading) -> str:
    lr, curvature = _lr(reading), reading.end("sharpness")
    if lr is None or not curvature:
        return _(
            "Between the two lies a limit, 2/λ, with λ the largest curvature; on these data λ is {usual}, so the "
            "limit is about 0.00062. Below it the loss shrinks at each step, above it the loss grows at each step."
        ).format(usual=USUAL_CURVATURE)
    text = _(
        "Between the two lies a limit: 2/λ = {limit}, with λ = {curvature} measured in this run. The learning rate "
        "{lr} is {ratio} × that limit, so each step multiplies the loss by (1 − ηλ)² = {growth} along the steepest "
        "direction."
    ).format(
        limit=number(2 / curvature),
        curvature=number(curvature, 4),
        lr=number(lr),
        ratio=number(lr * curvature / 2),
        growth=number((1 - lr * curvature) ** 2),
    )
    measured = _growth(reading)
    return text if measured is None else text + " " + _("Measured: {growth} a step.").format(growth=number(measured))


def _growth(reading: Reading) -> float | None:
    """Median growth factor per step while the loss is between a thousand times its start and overflow."""
    losses = reading.values("loss")
    if not len(losses):
        return None
    inside = (losses > 1e3 * losses[0]) & (losses < 1e36)
    both = inside[1:] & inside[:-1]  # a bowl may have reached 0 before
    ratios = losses[1:][both] / losses[:-1][both]
    return float(np.median(ratios)) if len(ratios) >= 5 else None


def _maximises(reading: Reading) -> str:
    general = _(
        "A step of length ε changes the loss by −ε gᵀg + ½ε² gᵀHg. The first term is what minimising means; the second "
        "grows with the square of the step and wins when ε > 2 gᵀg / gᵀHg."
    )
    slope, bend = reading.values("slope_term"), reading.values("curvature_term")
    shared = min(len(slope), len(bend))
    if not shared:
        return general
    won = int((bend[:shared] > -slope[:shared]).sum())
    text = _(
        "In this run the second term won in {won} of {measured} measured steps; in the last one the two terms "
        "were {slope} and {bend}."
    )
    return (
        general
        + " "
        + text.format(
            won=number(won), measured=number(shared), slope=number(slope[shared - 1]), bend=number(bend[shared - 1])
        )
    )


def _other_data(reading: Reading) -> str:
    general = _(
        "No. With all data in every step it explodes just the same, and the limit at batch size 16 was 1.02 to 1.04 "
        "times that of all data (at batch size 1 it is two thirds of it)."
    )
    predicted, measured = reading.values("taylor_change"), reading.values("loss_change")
    count = min(len(predicted), len(measured))
    if count < 3:
        return general
    agree = int((np.sign(predicted[:count]) == np.sign(measured[:count])).sum())
    return (
        general
        + " "
        + _(
            "On the same mini-batch the predicted change had the right sign in {agree} of {count} measured steps of "
            "this run."
        ).format(agree=number(agree), count=number(count))
    )


def _adam(reading: Reading) -> str:
    return _(
        "It does not explode, but at its usual rate of 0.001 it is far too slow here: {slow} runs had learned "
        "after 40 epochs, compared with {fast} at 0.1 and {standardized} with standardised features at the "
        "unchanged rate."
    ).format(
        slow=learned(NAME, optimizer="adam"),
        fast=learned(NAME, optimizer="adam", lr=0.1),
        standardized=learned(NAME, standardize=True),
    )


def _bowl(reading: Reading) -> str:
    return _(
        "On x² each step multiplies x by 1 − 2α: by 0.98 at α = 0.01 and by 0.76 at 0.12, so both converge. "
        "Above 0.5 the steps cross the minimum, and only beyond 1 = 2/λ do they diverge."
    )


def _flat(reading: Reading) -> str:
    return _(
        "Not always. A small ReLU network on the same raw data goes flat instead, at the variance of the "
        "targets: the first long steps kill its units. The cause is the same, only the symptom differs."
    )


class ExplosionStory(ScenarioStory):
    """Plain gradient descent on unscaled features."""

    name = NAME
    seen = N_(
        "The weights of a simple network become NaN. With a learning rate of 0.001, which seemed cautious, the "
        "loss goes from thousands to a trillion and to infinity within one epoch; with 0.0001 all is well. Why "
        "does one order of magnitude matter so much, and why does a minimiser make the loss larger?"
    )
    known = N_(
        "Features on very different scales make the loss steep in one direction and flat in others. The steep one "
        "sets the limit 2/λ for the learning rate; beyond it the loss grows by the same factor at every step."
    )
    to_try = N_("Standardise the features, or stay below 2/λ. Drag the learning rate across it in the landscape view.")
    questions = (
        (N_("Why does a single order of magnitude have such an effect?"), _one_order),
        (N_("Why does minimising do the opposite and make the loss larger?"), _maximises),
        (N_("Is it because each step sees other data?"), _other_data),
        (N_("Would Adam help?"), _adam),
        (N_("What do x² with α = 0.01 and α = 0.12 show?"), _bowl),
        (N_("Does too high a rate always end in NaN?"), _flat),
        (QUESTION, described),
    )
    outcome = N_("Exploded")
    rule = N_("Exploded: a loss a hundred times the first, or not finite.")
    learning = N_("Learned: an error below half the variance of the prices in the last twentieth.")
    tries = (
        (N_("Standardise the features"), {"standardize": True}, N_("At the unchanged rate")),
        (N_("A tenth of the learning rate"), {"lr": 1e-4}, ""),
        (N_("Just below 2/λ"), {"lr": 6e-4}, N_("Only just stable")),
        (N_("Clip the gradient norm at 100"), {"clip_norm": 100.0}, ""),
        (N_("Clip the gradient norm at 1"), {"clip_norm": 1.0}, N_("Too slow for 40 epochs")),
        (N_("Adam at 0.1"), {"optimizer": "adam", "lr": 0.1}, ""),
        (N_("Adam at 0.001"), {"optimizer": "adam"}, N_("Too slow for 40 epochs")),
        (
            N_("A ReLU network on the same data"),
            {"model": "relu_network"},
            N_("9 of 10 runs go flat at the variance of the targets, one exploded"),
        ),
        (N_("x² with α = 0.12"), {"data": "parabola"}, N_("Each step multiplies x by 0.76: it converges")),
        (
            N_("x² beyond its limit"),
            {"data": "parabola", "lr": 1.05},
            N_("Each step multiplies x by −1.1: it diverges"),
        ),
    )
