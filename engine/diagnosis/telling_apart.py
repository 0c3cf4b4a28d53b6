"""What one more column would tell about the causes of an event, in bits.

For a clue whose bin is b with probability P(b | c) under cause c, and shares p(c), the expected gain is the mutual
information ``sum_c p(c) sum_b P(b | c) log2(P(b | c) / sum_k p(k) P(b | k))``. An addition to the log brings several
clues, which depend on each other; what is said is the gain of the best of them, times the share of it that a column
keeps beside all that is known already, as the fit found on families left out (`tools.faultlab.telling`). A trial, such
as the same training with a tenth of the rate, is counted in the same way, by what became of it in the lab.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.fitted import fitted
from engine.diagnosis.measures.base import all_measures
from engine.diagnosis.model import Apart, Cause
from engine.i18n import N_, _, number
from engine.run import OriginKind
from engine.series import Role
from engine.table import Floats, Rows
from engine.values import dataclass

LEAST_BITS = 0.1  # what is worth a person's while
NOT_APART = 1.5  # times the weight of the second cause


@dataclass(frozen=True)
class Addition:
    """Something that people can log.

    Attributes
    ----------
    key : str
        What measures that need it name in `Measure.needs`.
    text : str
        What to do, marked with `N_`.
    """

    key: str
    text: str


ADDITIONS = (
    Addition("lr", N_("log the learning rate of every step")),
    Addition("grad_norm", N_("log the gradient norm of every step, before clipping")),
    Addition("validation", N_("log a validation loss beside the training loss")),
    Addition("accuracy", N_("log the accuracy, on training and validation data")),
    Addition("tenth_rate", N_("train again with a tenth of the learning rate and all else alike")),
)


def tell_apart(facts: Facts, causes: Sequence[Cause]) -> Apart | None:
    """What a log does not tell about an event's causes; None for the program's own trainings, which can test them."""
    if facts.run.origin.kind is not OriginKind.LOG or len(causes) < 2:
        return None
    parts = [_("This log does not tell the first two causes apart.")] if alike(c.weight for c in causes) else []
    addition, bits = best_addition(facts, {cause.key: cause.weight for cause in causes})
    if addition is not None:
        told = _("What would tell most: {what} (about {bits} bits).")
        parts.append(told.format(what=_(addition.text), bits=number(bits, 1)))
    return Apart(" ".join(parts), addition.key if addition else None, round(bits, 2)) if parts else None


def best_addition(facts: Facts, shares: Mapping[str, float]) -> tuple[Addition | None, float]:
    """What would separate the causes best, of what the log does not have, and by how many bits; None if by few."""
    there = _there(facts)
    which = "beside" if there else "alone"
    gains = [
        (fitted().kept.get(addition.key, {}).get(which, 0.0) * gain_of(addition.key, shares), addition)
        for addition in ADDITIONS
        if addition.key not in there
    ]
    bits, best = max(gains, key=lambda gain: gain[0], default=(0.0, None))
    return (best, bits) if bits >= LEAST_BITS else (None, 0.0)


def _there(facts: Facts) -> set[str]:
    columns = set(facts.run.table.columns)
    found: set[str] = {key for key in ("lr", "grad_norm") if key in columns}
    if any(series.role is Role.VALIDATION for series in facts.run.series):
        found.add("validation")
    return found | ({"accuracy"} if {"accuracy", "val_accuracy"} & columns else set())


def gain_of(key: str, shares: Mapping[str, float]) -> float:
    """How much an addition to the log would tell about causes of these shares, in bits, by its best measure."""
    model = fitted()
    prior = np.array([shares.get(cause, 0.0) for cause in model.causes])
    if prior.sum() <= 0:
        return 0.0
    if key in model.trials:
        return information(prior / prior.sum(), model.trials[key])
    told, starts = _told_by(key)
    if not len(starts):
        return 0.0
    return float(np.add.reduceat(_bits(prior / prior.sum(), told).sum(axis=1), starts).max())


@cache
def _told_by(key: str) -> tuple[Floats, Rows]:
    """What the clues that need an addition tell, the bins of one after those of the other, and where each begins."""
    clues, measures = fitted().clues, all_measures()
    told = [clue.told for name, clue in clues.items() if name in measures and measures[name].needs == key]
    sizes = np.array([len(bins) for bins in told], np.int64)
    return np.concatenate(told) if told else np.empty((0, 0)), np.cumsum(sizes) - sizes


def information(prior: np.ndarray, told: np.ndarray) -> float:
    """The mutual information of causes and bins.

    Parameters
    ----------
    prior : ndarray, shape (causes,)
        Sums to 1.
    told : ndarray, shape (bins, causes)
        Each column sums to 1.

    Returns
    -------
    float
        In bits.

    Examples
    --------
    >>> information(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    1.0
    >>> information(np.array([0.5, 0.5]), np.array([[0.5, 0.5], [0.5, 0.5]]))
    0.0
    """
    return float(_bits(prior, told).sum())


def _bits(prior: Floats, told: Floats) -> Floats:
    """The same for each bin and cause; they add up to it."""
    joint = told * prior
    apart = joint.sum(axis=1, keepdims=True) * prior
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(joint > 0, joint * np.log2(joint / apart), 0.0)


def alike(weights: Iterable[float]) -> bool:
    """Whether the first cause is so little ahead of the second that the log cannot tell them apart."""
    first, second, *_rest = (*weights, 0.0, 0.0)
    return 0 < first < NOT_APART * second
