"""Shares of causes out of the three that know something: the list, the additive weights and the forest.

The score of a cause is ``a log(stated) + b added + c log(forest)``; shares are the softmax of the scores over a
temperature. The weights a, b and c were chosen for the least loss on families left out (docs/causes.md). Where the list
is all but certain, it counts in full and the forest by little, so that no odd log outvotes proof; families left out
are foretold nearly as well.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.table import Floats

OF_STATED, OF_ADDED, OF_FOREST = 0.7, 0.5, 1.0
PROOF = 0.55  # stated share that only a pattern which is all but proof reaches
STATED_AT_PROOF, FOREST_AT_PROOF = 1.0, 0.25
LEAST_STATED = 3e-4  # a stated share counts as at least this, so that evidence can outweigh it
LEAST_OF_FOREST = 0.02  # and what the trees say as at least this


def scores(stated: Floats, added: Floats, of_forest: Floats) -> Floats:
    """The score of each cause, of shares, additions and shares, shape (..., causes).

    >>> scores(np.array([0.5, 0.5]), np.zeros(2), np.array([0.98, 0.02])).round(2)
    array([-0.49, -3.7 ])
    """
    is_proof = stated.max(-1, keepdims=True) >= PROOF
    known = np.where(is_proof, STATED_AT_PROOF, OF_STATED) * np.log(np.maximum(stated, LEAST_STATED))
    grown = np.where(is_proof, FOREST_AT_PROOF, OF_FOREST) * np.log(of_forest + LEAST_OF_FOREST)
    return np.asarray(known + OF_ADDED * added + grown)


def softmax(values: Floats) -> Floats:
    """Shares that sum to 1 along the last axis.

    >>> softmax(np.array([0.0, 0.0]))
    array([0.5, 0.5])
    """
    powers = np.exp(values - values.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True))


def pooled(
    stated: Mapping[str, float], added: Mapping[str, float], of_forest: Mapping[str, float], temperature: float = 1.0
) -> dict[str, float]:
    """The shares of every cause.

    A cause that the lab does not have keeps its stated share, and one that is stated as impossible stays so.
    """
    keys = [key for key in added if key in stated]
    own = sum(stated[key] for key in keys)
    if not own:
        return dict(stated)
    parts = ([part.get(key, 0.0) for key in keys] for part in (stated, added, of_forest))
    shares = own * softmax(scores(*map(np.array, parts)) / temperature)
    return {**stated, **dict(zip(keys, shares.tolist(), strict=True))}
