"""Small fitted judges: one a kind says how likely a labeller would agree with a proposal.

A judge is a logistic regression on at most twenty named features, each bent along a few straight pieces between the
edges of its file; signs were constrained where a larger feature can only speak for, or only against, an event. The
numbers are data: ``python -m tools.judging FOLDER ... --fit`` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import numpy as np

from engine.detectors.stream.scatter import TINY
from engine.resources import resource
from engine.table import Floats

JUDGES_FILE = resource("fitted", "judges.json")


class Way(StrEnum):
    """How a judge decides beside the rules of the detector: chosen in cross-validation, a kind at a time."""

    RULES = "rules"  # not at all: it only says how likely what they claim is
    UNION = "union"  # about what they leave out too


@dataclass(frozen=True, eq=False)
class Judge:
    """What was fitted for one judge.

    Attributes
    ----------
    names : tuple of str
        The features.
    edges : ndarray, shape (features, pieces + 1)
        Below the first and above the last edge a feature counts as if it were there.
    weights : ndarray, shape (features, pieces)
        What the logit gains from one edge to the next.
    intercept : float
    threshold : float
        The probability from which a proposal becomes an event.
    again : float
        The share of that where the series has such an event already: who names one spike names its like.
    perhaps : float
        The probability from which it is worth a remark.
    scale, shift : float
        What the logit is multiplied by, and what is added, so that the probability is the share that holds.
    known : float
        What is added to that for a claim that the rules make too.
    way : Way
    """

    names: tuple[str, ...]
    edges: Floats
    weights: Floats
    intercept: float
    threshold: float
    again: float = 1.0
    perhaps: float = 1.0
    scale: float = 1.0
    shift: float = 0.0
    known: float = 0.0
    way: Way = Way.UNION

    def logits(self, features: Sequence[Mapping[str, float]]) -> Floats:
        """The logit of each proposal, shape (proposals,)."""
        if not features:
            return np.empty(0)
        values = np.array([[one[name] for name in self.names] for one in features], float)
        return bent(values, self.edges) @ self.weights.ravel() + self.intercept

    def probabilities(self, features: Sequence[Mapping[str, float]]) -> Floats:
        """How likely each proposal is an event, which the threshold is compared with, shape (proposals,)."""
        return logistic(self.logits(features))

    def confidence(self, probability: float, is_known: bool = False) -> float:
        """The share of claims with this probability that hold; `is_known`: the rules make the claim too."""
        logit = float(np.log(probability / (1 - probability))) if 0 < probability < 1 else 30.0 * (2 * probability - 1)
        return float(logistic(np.array(self.scale * logit + self.shift + self.known * is_known)))


def bent(values: Floats, edges: Floats) -> Floats:
    """Each value as its share of the way through each piece between two edges.

    Parameters
    ----------
    values : ndarray, shape (n, features)
    edges : ndarray, shape (features, pieces + 1)

    Returns
    -------
    ndarray, shape (n, features * pieces)

    Examples
    --------
    >>> bent(np.array([[0.5], [1.5], [9.0]]), np.array([[0.0, 1.0, 2.0]]))
    array([[0.5, 0. ],
           [1. , 0.5],
           [1. , 1. ]])
    """
    low, high = edges[:, :-1], edges[:, 1:]
    width = np.maximum(high - low, TINY)
    shares = np.clip((values[:, :, None] - low) / width, 0.0, 1.0)
    return shares.reshape(len(values), low.size)


def logistic(logits: Floats) -> Floats:
    """The probability of each logit."""
    return (1 + np.tanh(logits / 2)) / 2  # what 1 / (1 + exp(-logits)) is, without its overflow


@cache
def judges() -> Mapping[str, Judge]:
    """The fitted judges by name; the file names what they were fitted on and the command."""
    fitted = json.loads(JUDGES_FILE.read_text(encoding="utf-8"))["judges"]
    return {name: from_record(record) for name, record in fitted.items()}


def from_record(record: Mapping[str, object]) -> Judge:
    """A judge from its part of the file."""
    features: Mapping[str, Mapping[str, list[float]]] = record["features"]  # type: ignore[assignment]
    edges = np.array([feature["edges"] for feature in features.values()], float)
    weights = np.array([feature["weights"] for feature in features.values()], float)
    numbers = {key: float(value) for key, value in record.items() if isinstance(value, int | float)}
    return Judge(tuple(features), edges, weights, **numbers, way=Way(str(record["way"])))
