"""Shares of causes out of the four that know something: the list, the additive weights, the forest and the networks.

The score of a cause is ``a log(stated) + b added + c log(forest) + d log(networks)``; shares are the softmax of the
scores over a temperature. The weights were chosen for the least loss on families left out (docs/causes.md). Where the
list is all but certain, it counts in full and what was fitted without a limit by little, so that no odd log outvotes
proof; families left out are foretold nearly as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.table import Floats
from engine.values import dataclass

OF_STATED, OF_ADDED, OF_FOREST, OF_NETWORKS = 0.5, 0.25, 0.75, 0.75
NO_PROOF, PROOF = 0.3, 0.6  # stated share from which the list counts for more, and at which it counts in full
STATED_AT_PROOF, ADDED_AT_PROOF, FITTED_AT_PROOF = 1.0, 0.5, 0.25
LEAST_STATED = 3e-4  # a stated share counts as at least this, so that evidence can outweigh it
LEAST_FITTED = 0.02  # and what the forest or the networks say as at least this


def scores(stated: Floats, added: Floats, of_forest: Floats, of_networks: Floats) -> Floats:
    """The score of each cause, of shares, additions and shares twice, shape (..., causes).

    >>> scores(np.array([0.5, 0.5]), np.zeros(2), np.array([0.98, 0.02]), np.array([0.98, 0.02])).round(2)
    array([-0.58, -3.26])
    """
    proof = np.clip((stated.max(-1, keepdims=True) - NO_PROOF) / (PROOF - NO_PROOF), 0.0, 1.0)
    known = _between(OF_STATED, STATED_AT_PROOF, proof) * np.log(np.maximum(stated, LEAST_STATED))
    weighed = _between(OF_ADDED, ADDED_AT_PROOF, proof) * added
    grown = _between(OF_FOREST, FITTED_AT_PROOF, proof) * np.log(of_forest + LEAST_FITTED)
    learned = _between(OF_NETWORKS, FITTED_AT_PROOF, proof) * np.log(of_networks + LEAST_FITTED)
    return np.asarray(known + weighed + grown + learned)


def _between(without: float, at_proof: float, proof: Floats) -> Floats:
    return without + (at_proof - without) * proof


def softmax(values: Floats) -> Floats:
    """Shares that sum to 1 along the last axis.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    powers = np.exp(values - values.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


@dataclass(frozen=True)
class FittedParts:
    """What the three that are fitted say of each cause: what is added to its score, and shares."""

    added: Mapping[str, float]
    of_forest: Mapping[str, float]
    of_networks: Mapping[str, float]


def pooled(stated: Mapping[str, float], parts: FittedParts, temperature: float = 1.0) -> dict[str, float]:
    """The shares of every cause.

    A cause that the lab does not have keeps its stated share, and one that is stated as impossible stays so.
    """
    keys = [key for key in parts.added if key in stated]
    own = sum(stated[key] for key in keys)
    if not own:
        return dict(stated)
    columns = (
        [part.get(key, 0.0) for key in keys] for part in (stated, parts.added, parts.of_forest, parts.of_networks)
    )
    shares = own * softmax(scores(*map(np.array, columns)) / temperature)
    return {**stated, **dict(zip(keys, shares.tolist(), strict=True))}
