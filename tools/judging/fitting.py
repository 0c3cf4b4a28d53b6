"""Fit a judge: a logistic regression on bent features, with signs where a feature can only speak one way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.optimize import minimize

from engine.detectors.claims.judges import Judge, bent, logistic
from engine.table import Floats

FORMS: Mapping[str, tuple[float, ...]] = {  # quantiles of a feature at which its pieces meet
    "straight": (0.02, 0.98),
    "bent": (0.05, 0.35, 0.65, 0.95),
    "fine": (0.02, 0.2, 0.4, 0.6, 0.8, 0.98),
}
MOST_FEATURES = 20
RIDGE = 3.0  # weight of the squared weights, in examples
UNSIGNED = 2.0  # times the ridge where the sign is free

# +1: a larger value can only speak for an event, -1: only against one. All others are free.
SIGNS: Mapping[str, Mapping[str, int]] = {
    "spike": {
        "size_scatters": 1,
        "height_scatters": 1,
        "size": 1,
        "height": 1,
        "of_range": 1,
        "of_linear_range": 1,
        "of_later_range": 1,
        "of_nearby_range": 1,
        "over_fifth": 1,
        "over_second": 1,
        "alike": -1,
        "alike_share": -1,
        "returned": 1,
        "rank": -1,
        "over_dips": 1,
        "over_dip": 1,
        "over_tail": 1,
    },
    "instability": {
        "height": 1,
        "lasting": 1,
        "lost": 1,
        "lost_of_range": 1,
        "over_scatter": 1,
        "over_noise": 1,
        "over_wander": 1,
        "over_strays": 1,
        "others": -1,
        "rank": -1,
        "doubtful": -1,
        "order": 1,
        "length": 1,
        "bins": 1,
        "paired": -1,
    },
    "overfitting": {
        "height": 1,
        "lasting": 1,
        "length": 1,
        "bins": 1,
        "over_scatter": 1,
        "over_noise": 1,
        "over_wander": 1,
        "over_strays": 1,
        "training_falls": 1,
        "lost": 1,
        "lost_of_range": 1,
        "rank": -1,
        "order": 1,
        "left": 1,
    },
    "plateau": (
        SHELF := {
            "drop": 1,
            "drop_noises": 1,
            "drop_strays": 1,
            "length": 1,
            "bins": 1,
            "of_time_before": 1,
            "uneven": -1,
            "pace": 1,
            "of_linear_range": 1,
            "of_range_so_far": 1,
            "of_range": 1,
            "kept": 1,
            "new_best": 1,
            "rank": -1,
        }
    ),
    "kick_in": {**SHELF, "drop_of_length": -1, "drop_duration": -1},
    "fluctuation": {
        "moved_scatters": -1,
        "own_scatter": 1,
        "low_scatter": 1,
        "high_scatter": 1,
        "late_scatter": 1,
        "reach": 1,
        "linear_scatter": 1,
        "late_of_range": 1,
    },
    "stalled": {
        "moved": -1,
        "moved_scatters": -1,
        "fall": -1,
        "fall_scatters": -1,
        "above_scatters": -1,
        "between_scatters": -1,
        "line": -1,
    },
}


@dataclass(frozen=True)
class Examples:
    """Proposals with how far each is one that a labeller named, and what it weighs.

    Attributes
    ----------
    names : tuple of str
    values : ndarray, shape (n, features)
    truth, weight : ndarray, shape (n,)
    """

    names: tuple[str, ...]
    values: Floats
    truth: Floats
    weight: Floats

    def of(self, chosen: np.ndarray) -> Examples:
        """Those of some rows."""
        return replace(self, values=self.values[chosen], truth=self.truth[chosen], weight=self.weight[chosen])

    def weighted(self, by: Floats) -> Examples:
        """The same with other weights; `by` has shape (n,)."""
        return replace(self, weight=self.weight * by)

    def with_features(self, chosen: Sequence[int]) -> Examples:
        """With some features only."""
        return replace(self, names=tuple(self.names[i] for i in chosen), values=self.values[:, list(chosen)])


def fitted(judge: str, examples: Examples, form: str) -> Judge:
    """The judge of some examples, on the twenty features that count most when all are used."""
    examples = examples.of(examples.weight > 0)
    first = _fit(judge, examples, form)
    if len(first.names) <= MOST_FEATURES:
        return first
    counts = np.abs(first.weights).sum(axis=1)
    return _fit(judge, examples.with_features(sorted(np.argsort(-counts)[:MOST_FEATURES])), form)


def _fit(judge: str, examples: Examples, form: str) -> Judge:
    edges = np.quantile(examples.values, FORMS[form], axis=0).T
    basis = bent(examples.values, edges)
    pieces = edges.shape[1] - 1
    own = SIGNS.get(judge, {})
    signs = np.repeat([own.get(name, 0) for name in examples.names], pieces)
    ridge = RIDGE * np.where(signs == 0, UNSIGNED, 1.0)
    bounds = [(0, None) if sign > 0 else (None, 0) if sign < 0 else (None, None) for sign in signs]

    def loss(found: Floats) -> tuple[float, Floats]:
        logits = basis @ found[:-1] + found[-1]
        deviance = (examples.weight * (np.logaddexp(0, logits) - examples.truth * logits)).sum()
        off = examples.weight * (logistic(logits) - examples.truth)
        penalty = 0.5 * float((ridge * found[:-1] ** 2).sum())
        return float(deviance) + penalty, np.append(basis.T @ off + ridge * found[:-1], off.sum())

    positive = float((examples.weight * examples.truth).sum())
    start = np.zeros(basis.shape[1] + 1)
    start[-1] = np.log((positive + 1e-6) / (examples.weight.sum() - positive + 1e-6))
    done = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options={"maxiter": 400})
    weights = done.x[:-1].reshape(-1, pieces)
    return Judge(examples.names, edges, weights, float(done.x[-1]), threshold=0.5)


def deviance(judge: Judge, examples: Examples) -> float:
    """How badly a judge foresees the truth of examples, in nats."""
    at = [examples.names.index(name) for name in judge.names]
    logits = bent(examples.values[:, at], judge.edges) @ judge.weights.ravel() + judge.intercept
    return float((examples.weight * (np.logaddexp(0, logits) - examples.truth * logits)).sum())


@dataclass(frozen=True)
class Held:
    """Claims on owners that their judge was not fitted on; each array has shape (claims,).

    Attributes
    ----------
    probability, known, truth, weight : ndarray
        What the judge said of each, whether the rules make it too, whether it held, and what it weighs.
    """

    probability: Floats
    known: Floats
    truth: Floats
    weight: Floats

    @classmethod
    def of(cls, parts: Sequence[Held]) -> Held:
        """All of some."""
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))


ALIKE = np.array([0.7, 0.0, 0.0])  # scale, shift and what is added for the rules' claims, where nothing held or failed
FEW, MANY = (
    np.array([4.0, 0.4, 0.4]),
    np.array([30.0, 10.0, 10.0]),
)  # weights of what is expected, for all and for a kind


def calibration(held: Held, expected: Floats = ALIKE, weight: Floats = FEW) -> Floats:
    """Scale, shift and the addition for claims of the rules, under which confidence is the share that held, shape (3,).

    Parameters
    ----------
    held : Held
    expected, weight : ndarray, shape (3,)
        What each is drawn towards, and how strongly.
    """
    logits = np.log(held.probability / (1 - held.probability))

    def loss(found: Floats) -> float:
        own = found[0] * logits + found[1] + found[2] * held.known
        deviance = (held.weight * (np.logaddexp(0, own) - held.truth * own)).sum()
        return float(deviance + 0.5 * (weight * (found - expected) ** 2).sum())

    return minimize(loss, expected, bounds=[(0.05, 2.0), (-3.0, 3.0), (-3.0, 3.0)]).x


def calibrated(judge: Judge, held: Held, shared: Floats) -> Judge:
    """The judge with a calibration of its own, drawn towards the one that all share."""
    scale, shift, known = calibration(held, shared, MANY).tolist()
    return replace(judge, scale=scale, shift=shift, known=known)


def tempered(judges: Mapping[str, Judge], said: Floats) -> dict[str, Judge]:
    """The judges with one more scale and shift for all, fitted on what is said in the end.

    Parameters
    ----------
    judges : mapping of str to Judge
    said : ndarray, shape (events, 2)
        With what confidence each is said, and whether it held.
    """
    confidence, truth = np.clip(said[:, 0], 1e-3, 1 - 1e-3), said[:, 1]
    unknown, weight = np.zeros(len(said)), np.ones(len(said))
    scale, shift, _known = calibration(Held(confidence, unknown, truth, weight), np.array([1.0, 0.0, 0.0])).tolist()
    return {
        name: replace(one, scale=scale * one.scale, shift=scale * one.shift + shift, known=scale * one.known)
        for name, one in judges.items()
    }
