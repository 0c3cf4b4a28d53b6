"""An additive softmax model over binned clues: the score of a cause is a sum of weights, one for each clue told.

It is fitted by the likelihood of saying the fault itself and that of saying anything that is right of the run, half
and half: several causes may be right, and none of them is wrong to name. A penalty on the squares of the weights keeps
a clue that few events tell near zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from engine.diagnosis.pooling import softmax
from tools.faultlab.also import right_of
from tools.faultlab.bins import KIND, Bins, Record
from tools.faultlab.prior import often

Values = np.ndarray[Any, np.dtype[np.float64]]
STEADY = 5  # events added to the count of each fault before it is weighed
STEPS = 30


@dataclass(frozen=True)
class Additive:
    """A fitted model.

    Attributes
    ----------
    weights : ndarray, shape (columns of bins, causes)
    bias : ndarray, shape (causes,)
    """

    bins: Bins
    causes: tuple[str, ...]
    weights: Values
    bias: Values

    def scores(self, records: Sequence[Record]) -> Values:
        """What is added to the scores of the prior, shape (records, causes)."""
        return np.asarray(self.bins.matrix(records) @ self.weights + self.bias)

    def of_kind(self, kind: str) -> Values:
        """What an event of a kind scores before any clue, shape (causes,)."""
        return KIND * self.weights[self.bins.starts[-1] + self.bins.kinds.index(kind)] + self.bias

    def of_clue(self, place: int) -> Values:
        """The weights of a clue's bins, shape (bins, causes)."""
        start = self.bins.starts[place]
        return self.weights[start : start + len(self.bins.edges[place]) + 1]


def right_ones(records: Sequence[Record], causes: Sequence[str]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which causes are right of each record, shape (records, causes)."""
    return np.array([[cause in right for cause in causes] for right in map(right_of, records)])


def weighed(records: Sequence[Record]) -> Values:
    """Each fault as often as its prior share says, each run about once."""
    runs, faults = Counter(r["name"] for r in records), Counter(r["fault"] for r in records)
    found = [often(r["fault"]) / (faults[r["fault"]] + STEADY) / runs[r["name"]] ** 0.5 for r in records]
    return np.array(found) / np.mean(found)


def fitted(
    records: Sequence[Record], causes: Sequence[str], penalty: float, prior: Values, steps: int = STEPS
) -> Additive:
    """Fit to records of events.

    Parameters
    ----------
    penalty : float
        Half of it times the squared weights is added to the negative logarithm of the likelihood.
    prior : ndarray, shape (records, causes)
        Scores that the weights are added to.
    steps : int
        Of the search for the weights.
    """
    bins = Bins.of(records)
    table = bins.matrix(records)
    turned = table.T.tocsr()
    shape = table.shape[1], len(causes)
    own = np.array([[cause == record["fault"] for cause in causes] for record in records])
    right, weights = right_ones(records, causes) | own, weighed(records)

    def loss(flat: Values) -> tuple[float, Values]:
        """Of the weights and, after them, the bias."""
        w, b = flat[: shape[0] * shape[1]].reshape(shape), flat[shape[0] * shape[1] :]
        shares = softmax(prior + table @ w + b)
        said, true = (np.maximum((shares * which).sum(1), 1e-12) for which in (own, right))
        found = -(weights * (np.log(said) + np.log(true)) / 2).sum() + penalty / 2 * (w**2).sum()
        wanted = (own * shares / said[:, None] + right * shares / true[:, None]) / 2
        slope = (shares - wanted) * weights[:, None]
        return float(found), np.concatenate([(turned @ slope + penalty * w).ravel(), slope.sum(0)])

    best = minimize(
        loss, np.zeros((shape[0] + 1) * shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 8}
    ).x
    return Additive(bins, tuple(causes), best[: shape[0] * shape[1]].reshape(shape), best[shape[0] * shape[1] :])
