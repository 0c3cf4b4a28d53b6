"""Fits the weights of causes on the lab, chooses how strongly with families left out.

The score of a cause is made of its stated share, the weights of the bins that the measures of the event fall into
(`tools.faultlab.additive`) and what a forest (`tools.faultlab.trees`) and networks (`tools.faultlab.nets`) say of them,
as `engine.diagnosis.pooling` adds them up; shares are the softmax of the scores over a temperature for the kind of
event, chosen on the families left out so that what is said at 60 % is right in 60 %.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.diagnosis.forest import Forest
from engine.diagnosis.networks import Networks
from engine.diagnosis.pooling import LEAST_STATED, scores, softmax
from tools.faultlab import HELD_OUT, nets, trees
from tools.faultlab.additive import Additive, Values, fitted, right_ones
from tools.faultlab.bins import Bins, Record
from tools.faultlab.gather import OFFERED

PENALTIES = (10.0,)
QUICK_TREES, QUICK_SEEDS = 40, 2
TEMPERATURES = np.geomspace(0.6, 2.5, 25)
COOLEST = 0.9  # of a kind in use: below, odd facts alone could drive what is said beyond three in five
SCORED = (0, OFFERED)  # the gravest event, or what is offered where there is none
FOLDS = 5  # the families of one are left out together
FEWEST_OF_KIND = 30  # events; with fewer, a kind has the temperature of all


@dataclass(frozen=True)
class Model:
    """What is fitted: the additive weights, the forest and the networks."""

    weights: Additive
    trees: Forest
    networks: Networks


@dataclass(frozen=True)
class LeftOut:
    """What models say of events whose family they were not fitted on.

    Attributes
    ----------
    scores : ndarray, shape (events, causes)
    models : dict of str to Model
        By the family that was left out.
    """

    records: list[Record]
    causes: tuple[str, ...]
    scores: Values
    models: dict[str, Model]


def stated(records: Sequence[Record], causes: Sequence[str]) -> Values:
    """The stated shares, shape (records, causes)."""
    return np.array([[record["stated"].get(cause, 0.0) for cause in causes] for record in records])


def model_of(records: Sequence[Record], causes: Sequence[str], penalty: float, is_quick: bool = False) -> Model:
    """Fit to records; the quick models of families left out are a little smaller than what the program reads."""
    prior = np.log(np.maximum(stated(records, causes), LEAST_STATED))
    if is_quick:
        count, seeds = QUICK_TREES, QUICK_SEEDS
    else:
        count, seeds = trees.TREES, nets.SEEDS
    weights = fitted(records, causes, penalty, prior)
    return Model(weights, trees.grown(records, causes, count), nets.trained(records, causes, seeds))


def scores_of(model: Model, records: Sequence[Record]) -> Values:
    """The scores as `engine.diagnosis.pooling` adds them up."""
    causes = model.weights.causes
    said = trees.said(model.trees, records), nets.said(model.networks, records)
    return scores(stated(records, causes), model.weights.scores(records), *said)


def split(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Events of families to fit on, and of those set aside."""
    return [r for r in records if r["family"] not in HELD_OUT], [r for r in records if r["family"] in HELD_OUT]


def left_out(records: Sequence[Record], penalty: float) -> LeftOut:
    """The gravest event of each run, by a model that does not know its family."""
    causes = causes_of(records)
    parts, kept, models = [], [], {}
    for fold in folds(records):
        own = [r for r in records if r["family"] not in fold]
        left = [r for r in records if r["family"] in fold and r["place"] in SCORED]
        if left:
            model = model_of(own, causes, penalty, is_quick=True)
            models |= dict.fromkeys(fold, model)
            parts.append(scores_of(model, left))
            kept += left
    return LeftOut(kept, causes, np.concatenate(parts), models)


def folds(records: Sequence[Record]) -> list[tuple[str, ...]]:
    """Families in groups of about as many events, the largest dealt first."""
    events = Counter(r["family"] for r in records)
    found: list[tuple[str, ...]] = [()] * min(FOLDS, len(events))
    for family, _count in events.most_common():
        least = min(range(len(found)), key=lambda i: sum(events[one] for one in found[i]))
        found[least] = (*found[least], family)
    return found


def causes_of(records: Sequence[Record]) -> tuple[str, ...]:
    return tuple(sorted({r["fault"] for r in records}))


def loss_of(shares: Values, right: np.ndarray[Any, Any]) -> float:
    """The mean negative logarithm of the share of all that is right."""
    return float(-np.mean(np.log(np.maximum((shares * right).sum(1), 1e-6))))


def named(shares: Values, right: np.ndarray[Any, Any]) -> tuple[float, float]:
    """How often the first cause is right, and one of the first two."""
    order, rows = np.argsort(-shares, axis=1), np.arange(len(shares))
    first = right[rows, order[:, 0]]
    return float(first.mean()), float((first | right[rows, order[:, 1]]).mean())


def chosen(records: Sequence[Record], penalties: Sequence[float] = PENALTIES) -> tuple[float, LeftOut]:
    """The penalty of least loss on families left out, and what is said of them with it."""
    tried = [(left_out(records, penalty), penalty) for penalty in penalties]
    losses = [loss_of(softmax(left.scores), right_ones(left.records, left.causes)) for left, _ in tried]
    best = int(np.argmin(losses))
    return tried[best][1], tried[best][0]


def temperatures(left: LeftOut) -> dict[str, float]:
    """For each kind of event, and for all as ``""``, the temperature of least loss, but none below `COOLEST`."""
    right = right_ones(left.records, left.causes)
    kinds = np.array([record["kind"] for record in left.records])
    found = {"": _temperature(left.scores, right)}
    for kind in sorted(set(kinds)):
        own = kinds == kind
        if own.sum() >= FEWEST_OF_KIND:
            found[str(kind)] = _temperature(left.scores[own], right[own])
    return found


def _temperature(scores: Values, right: np.ndarray[Any, Any]) -> float:
    losses = [loss_of(softmax(scores / t), right) for t in TEMPERATURES]
    return max(COOLEST, round(float(TEMPERATURES[int(np.argmin(losses))]), 2))


def tempered(scores: Values, records: Sequence[Record], by: dict[str, float]) -> Values:
    """Shares, each event's scores divided by the temperature of its kind."""
    heat = np.array([by.get(record["kind"], by[""]) for record in records])
    return softmax(scores / heat[:, None])


def told(bins: Bins, records: Sequence[Record], causes: Sequence[str]) -> dict[str, Values]:
    """For each clue how often it falls into each bin under each cause, drawn towards the share of all causes.

    Returns
    -------
    dict of str to ndarray, shape (causes, bins)
    """
    found = {}
    for name, edges in zip(bins.names, bins.edges, strict=True):
        counts = np.zeros((len(causes), len(edges) + 1))  # of events
        for record in records:
            if (value := record["clues"].get(name)) is not None:
                counts[causes.index(record["fault"]), bisect_right(edges, value)] += 1
        usual = counts.sum(0) / max(1.0, counts.sum())
        found[name] = np.round((counts + 4 * usual) / (counts.sum(1, keepdims=True) + 4), 3)
    return found
