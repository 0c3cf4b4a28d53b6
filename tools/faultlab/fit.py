"""Fits the weights of causes: an additive multinomial model over binned clues, regularised and calibrated.

The score of a cause is its bias for the kind of event plus, for each clue that the log tells, the weight of the bin
that its value is in; shares are the softmax of the scores. A clue that is not told adds nothing.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from engine.diagnosis.ranking import DECISIVE, LEAST_FITTED
from tools.faultlab import HELD_OUT

BINS = 5
FEWEST = 30  # events that must tell a clue
STRENGTHS = (4.0,)
POWERS = (
    0.0,
    0.2,
    0.35,
    0.5,
    0.7,
    0.85,
    1.0,
    1.2,
    1.5,
)  # the first of them leaves the stated shares alone  # inverse strengths of the penalty that are tried

Record = dict[str, Any]


@dataclass(frozen=True)
class Cuts:
    """Where the bins of each clue begin."""

    names: tuple[str, ...]
    edges: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Cuts:
        """Cuts at even shares of what the records tell."""
        values: dict[str, list[float]] = {}
        for record in records:
            for name, value in record["clues"].items():
                values.setdefault(name, []).append(value)
        found = {}
        for name, told in sorted(values.items()):
            edges = np.unique(np.quantile(told, np.linspace(0, 1, BINS + 1)[1:-1], method="lower"))
            edges = edges[edges > min(told)] if len(edges) else edges
            if not len(edges) and len(set(told)) > 1:
                edges = np.array([min(t for t in told if t > min(told))])
            if len(told) >= FEWEST and len(edges):
                found[name] = tuple(float(edge) for edge in edges)
        return cls(tuple(found), tuple(found.values()))

    def matrix(self, records: Sequence[Record], kinds: Sequence[str]) -> csr_matrix:
        """One column for each bin of each clue, then one for each kind; shape (records, columns)."""
        widths = [len(edges) + 1 for edges in self.edges]
        starts = np.concatenate([[0], np.cumsum(widths)]).astype(int)
        rows, columns, values = [], [], []
        for row, record in enumerate(records):
            for name, edges, start in zip(self.names, self.edges, starts, strict=False):
                if (value := record["clues"].get(name)) is not None:
                    rows.append(row)
                    columns.append(start + bisect_right(edges, value))
                    values.append(1.0)
            if record["kind"] in kinds:
                rows.append(row)
                columns.append(starts[-1] + kinds.index(record["kind"]))
                values.append(2.0)  # so that the penalty weighs less on it
        return csr_matrix((values, (rows, columns)), (len(records), starts[-1] + len(kinds)))


@dataclass
class Model:
    """A fitted model."""

    cuts: Cuts
    kinds: list[str]
    fit: LogisticRegression
    kept: tuple[Sequence[Record], np.ndarray[Any, Any]] | None = None

    def logs(self, records: Sequence[Record]) -> np.ndarray[Any, Any]:
        """Logarithms of the fitted shares; kept, since every power asks for them."""
        if self.kept is None or self.kept[0] is not records:
            shares = softmax(self.fit.decision_function(self.cuts.matrix(records, self.kinds)))
            self.kept = records, np.log(np.maximum(shares, LEAST_FITTED))
        return self.kept[1]

    @property
    def causes(self) -> list[str]:
        return list(self.fit.classes_)


def fitted(records: Sequence[Record], strength: float) -> Model:
    """Fit on all events, each run counting once and each fault as often as any other."""
    cuts, kinds = Cuts.of(records), sorted({record["kind"] for record in records})
    runs, faults = Counter(r["name"] for r in records), Counter(r["fault"] for r in records)
    usual = len(records) / len(faults)
    weights = np.array([usual / (faults[r["fault"]] + 5) / runs[r["name"]] ** 0.5 for r in records])
    model = LogisticRegression(C=strength / 10, max_iter=40, tol=1e-3)
    model.fit(cuts.matrix(records, kinds), [r["fault"] for r in records], sample_weight=weights)
    return Model(cuts, kinds, model)


def ceiling(records: Sequence[Record], held: Sequence[Record]) -> np.ndarray[Any, Any]:
    """Shares that boosted trees give the held-out events, by the causes in alphabetical order."""
    names = sorted({name for record in records for name in record["clues"]})
    kinds = sorted({record["kind"] for record in records})

    def table(part: Sequence[Record]) -> np.ndarray[Any, Any]:
        rows = [[r["clues"].get(n, np.nan) for n in names] + [float(r["kind"] == k) for k in kinds] for r in part]
        return np.array(rows, float)

    trees = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.08, max_leaf_nodes=8, min_samples_leaf=8, l2_regularization=1.0, max_features=0.3
    )
    trees.fit(table(records), [r["fault"] for r in records])
    return trees.predict_proba(table(held))


def folds(records: Sequence[Record]) -> list[tuple[str, list[Record], list[Record]]]:
    """One family left out at a time."""
    families = sorted({r["family"] for r in records})
    return [(f, [r for r in records if r["family"] != f], [r for r in records if r["family"] == f]) for f in families]


def right(shares: np.ndarray[Any, Any], causes: Sequence[str], records: Sequence[Record]) -> tuple[float, float, float]:
    """First right, among the first two, and the mean logarithmic loss, over the gravest event of each run."""
    order, first, two, loss, count = np.argsort(-shares, axis=1), 0, 0, 0.0, 0
    for row, record in enumerate(records):
        if record["place"] == 0:
            named = [causes[i] in record["accepted"] for i in order[row, :2]]
            first, two, count = first + named[0], two + any(named), count + 1
            own = sum(share for cause, share in zip(causes, shares[row], strict=True) if cause in record["accepted"])
            loss -= float(np.log(max(own, 1e-6)))
    return first / count, two / count, loss / count


@dataclass(frozen=True)
class Choice:
    """How strongly to fit, and the power to which the fitted shares are raised."""

    strength: float = 1.0
    power: float = 1.0


def cross_validated(records: Sequence[Record]) -> Choice:
    """Print what each strength reaches with one family left out at a time; the choice of least loss."""
    best = (np.inf, Choice())
    for strength in STRENGTHS:
        models = [(fitted(own, strength), left) for _family, own, left in folds(records)]
        tried = [(*_mean(models, power), power) for power in POWERS]
        for loss, first, two, power in (tried[0], min(tried)):
            print(f"families left out, {strength=} {power=}: first {first:.3f}, of two {two:.3f}, loss {loss:.3f}")
        best = min(best, (min(tried)[0], Choice(strength, min(tried)[-1])), key=lambda one: one[0])
    return best[1]


def _mean(models: Sequence[tuple[Model, list[Record]]], power: float) -> tuple[float, float, float]:
    parts = [(len(left), *right(pooled(model, left, power), model.causes, left)) for model, left in models]
    counts, table = np.array([part[0] for part in parts]), np.array([part[1:] for part in parts])
    first, two, loss = ((counts @ table) / counts.sum()).tolist()
    return loss, first, two


def pooled(model: Model, records: Sequence[Record], power: float) -> np.ndarray[Any, Any]:
    """Stated shares times fitted ones, as `engine.diagnosis.ranking` multiplies them."""
    stated = np.array([[record["stated"].get(cause, 0.0) for cause in model.causes] for record in records])
    power_of = np.where(stated.max(1) >= DECISIVE, 0.0, power)
    scores = stated * np.exp(power_of[:, None] * model.logs(records)) + 1e-30
    return scores / scores.sum(1, keepdims=True)


def softmax(scores: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def split(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Events of families to fit on, and of those set aside."""
    usable = [r for r in records if not (r["kind"] == "plateau" and r["face"] == "sound")]
    return [r for r in usable if r["family"] not in HELD_OUT], [r for r in usable if r["family"] in HELD_OUT]


def packed(model: Model, choice: Choice, records: Sequence[Record], about: dict[str, Any]) -> str:
    """The model as text: plain numbers that the program reads."""
    causes, coefficients = model.causes, model.fit.coef_
    place, clues = 0, {}
    for name, edges in zip(model.cuts.names, model.cuts.edges, strict=True):
        part = coefficients[:, place : place + len(edges) + 1].T
        clues[name] = {
            "cuts": [_short(e) for e in edges],
            "weights": [[round(float(w), 3) for w in row] for row in part],
        }
        place += len(edges) + 1
    kinds = {
        kind: [round(float(w), 3) for w in 2 * coefficients[:, place + i] + model.fit.intercept_]
        for i, kind in enumerate(model.kinds)
    }
    held = {
        "power": choice.power,
        "causes": causes,
        "kinds": kinds,
        "clues": clues,
    }
    return json.dumps(about | held | {"told": told(model.cuts, records, causes)}, separators=(",", ":"))


def told(cuts: Cuts, records: Sequence[Record], causes: Sequence[str]) -> dict[str, list[list[float]]]:
    """For each clue how often it falls into each bin under each cause, drawn towards the share of all causes."""
    found = {}
    for name, edges in zip(cuts.names, cuts.edges, strict=True):
        counts = np.zeros((len(causes), len(edges) + 1))  # of events
        for record in records:
            if (value := record["clues"].get(name)) is not None:
                counts[causes.index(record["fault"]), bisect_right(edges, value)] += 1
        usual = counts.sum(0) / max(1.0, counts.sum())
        shares = (counts + 4 * usual) / (counts.sum(1, keepdims=True) + 4)
        found[name] = [[round(float(share), 3) for share in row] for row in shares]
    return found


def _short(value: float) -> float:
    return float(f"{value:.5g}")
