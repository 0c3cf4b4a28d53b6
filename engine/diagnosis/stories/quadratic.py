"""Whether slope and curvature describe a run's steps: predicted against measured changes of the loss."""

from __future__ import annotations

import numpy as np

from engine.diagnosis.stories.reading import Reading, percent
from engine.i18n import N_, _, number
from engine.table import Floats
from engine.values import dataclass

QUESTION = N_("Do slope and curvature, that is, a parabola, describe the steps?")
FEWEST = 5
DESCRIBES, ORDERS = 0.9, 0.7


@dataclass(frozen=True)
class Agreement:
    """Agreement of predicted and measured changes: steps, share of equal signs, linear and rank correlation."""

    steps: int
    signs: float
    linear: float
    rank: float


# Whole runs of seeds 10-12, every 20th step: python -m tools.pages.second_order
MEASURED = {
    "late-rise": Agreement(843, 0.926, -0.018, 0.722),
    "fluctuation": Agreement(303, 0.822, 0.269, 0.614),
    "kick-in": Agreement(123, 0.992, 0.996, 0.993),
    "edge-of-stability": Agreement(228, 0.948, 0.991, 0.905),
}


def agreement(reading: Reading) -> Agreement | None:
    """Agreement over the readings of a run's second-order check; None if there are too few."""
    predicted, measured = (reading.series(name) for name in ("taylor_change", "loss_change"))
    _rows, of_predicted, of_measured = np.intersect1d(predicted.rows, measured.rows, return_indices=True)
    x, y = predicted.values[of_predicted], measured.values[of_measured]
    if len(x) < FEWEST or not np.ptp(x) or not np.ptp(y):
        return None
    signs = float((np.sign(x) == np.sign(y)).mean())
    return Agreement(len(x), signs, _correlation(x, y), _correlation(_ranks(x), _ranks(y)))


def described(reading: Reading) -> str:
    """The answer from this run and from the measured runs."""
    parts = []
    here = agreement(reading)
    if here is not None:
        text = _(
            "In this run the predicted change of the loss had the sign of the measured one in {signs} % of {steps} "
            "steps; their correlation is {linear}, by rank {rank}."
        )
        parts += [_formatted(text, here), _verdict(here)]
    known = MEASURED.get(str(reading.run.origin.scenario))
    if known is not None:
        text = _("Over three whole runs: {signs} % of {steps} steps, correlation {linear}, by rank {rank}.")
        parts += [_formatted(text, known), _verdict(known)]
    return " ".join(parts) or _("Turn on the probe “Second-order step check” to measure it in this run.")


def _formatted(text: str, found: Agreement) -> str:
    return text.format(
        signs=percent(found.signs),
        steps=number(found.steps),
        linear=number(found.linear, 2),
        rank=number(found.rank, 2),
    )


def _verdict(found: Agreement) -> str:
    if found.linear >= DESCRIBES:
        return _("They describe these steps.")
    if found.rank >= ORDERS:
        return _(
            "They rank these steps, but miss the size of the large ones: over so long a step the loss is not a "
            "parabola, and 2/λ is a poor guide to it."
        )
    return _(
        "They do not describe these steps: over so long a step the loss is not a parabola, and 2/λ is a poor guide "
        "to them."
    )


def _correlation(x: Floats, y: Floats) -> float:
    return float(np.corrcoef(x, y)[0, 1])


def _ranks(values: Floats) -> Floats:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
