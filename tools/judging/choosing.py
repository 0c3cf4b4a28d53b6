"""Choose a judge's form and threshold on owners that it was not fitted on, and try the whole on others again."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from engine.detectors.claims.judges import Judge
from engine.table import Rows
from tools.judging.fitting import FORMS, Examples, deviance, fitted
from tools.judging.recording import LABEL_KINDS, Asked, Part, Recorded
from tools.judging.scoring import is_near, labels_of
from tools.judging.silence import Quiet, silenced

FOLDS, INNER_FOLDS, REPEATS = 5, 4, 3
SIMULATED_WEIGHTS = (0.0, 0.3, 1.0)  # of what is nobody's, beside a log
THRESHOLDS = np.arange(0.1, 0.9, 0.02)
NAMES_OF_CLIMBS = ("overshoot", "late_rise")
BY_NAME = ("log_position", "climb", "left", "stays")  # features that the judge of names reads
AGAIN = (1.0, 0.8, 0.6)  # of the threshold: from where on another event of a series counts


@dataclass(frozen=True)
class Case:
    """What one detector asked of one series, with the labels that count."""

    recorded: Recorded
    part: Part
    asked: Asked

    @property
    def kinds(self) -> tuple[str, ...]:
        return label_kinds(self.asked.judge)


def label_kinds(judge: str) -> tuple[str, ...]:
    """The kinds that people may have given to what a judge accepts."""
    return LABEL_KINDS.get(judge, (judge,))


def cases(recorded: Sequence[Recorded], judge: str) -> list[Case]:
    """All that was asked of a judge; once where several detectors ask the same."""
    found = []
    for one in recorded:
        for part in one.parts:
            asked = [a for a in part.asked if a.judge == judge and (one.counts(a.series) or judge == "overfitting")]
            first = asked[0].detector if asked else ""
            found += [Case(one, part, a) for a in asked if a.detector == first]
    return found


def examples(found: Sequence[Case]) -> tuple[Examples, list[int]]:
    """The proposals as examples, and the case of each."""
    values, truth, weight, owner = [], [], [], []
    names = next(tuple(p.features) for case in found for p in case.asked.proposals)
    for i, case in enumerate(found):
        for proposal, true, weighs in zip(case.asked.proposals, *_truth(case), strict=True):
            values.append([proposal.features[name] for name in names])
            truth.append(true)
            weight.append(weighs)
            owner.append(i)
    return Examples(names, np.array(values), np.array(truth), np.array(weight)), owner


def _truth(case: Case) -> tuple[list[float], list[float]]:
    """How far each proposal is true, and its weight; a log counts about once, however many proposals it has."""
    series = case.recorded.series
    sure, _doubtful = labels_of(series)
    labels = [start for kind in case.kinds for start in sure.get(kind, ())]
    own = [label for label in series.labels if label.kind in case.kinds and label.certainty == "unsure"]
    unsure = [label.start for label in own]
    is_health_doubted = any(label.kind == "healthy" and label.certainty == "unsure" for label in series.labels)
    starts = [case.part.x_at(proposal.claim.start) for proposal in case.asked.proposals]
    near = np.array([[is_near(series, x, label) for label in labels] for x in starts], bool)
    near = near.reshape(len(starts), len(labels))
    shared = len(starts) ** 0.5
    truth, weight = [], []
    for i, x in enumerate(starts):
        if near[i].any():
            found = (1.0, 1.0 / near[:, near[i]].sum(axis=0).min() ** 0.5)
        elif any(is_near(series, x, label) for label in unsure):
            found = (0.5, 0.5)  # one of two labellers named it
        elif unsure:
            found = (0.25, 0.3 / shared)
        elif labels:
            found = (0.0, 0.7 / shared)
        elif is_health_doubted:
            found = (0.1, 0.5 / shared)
        else:
            found = (0.0, 1.0 / shared)
        truth.append(found[0])
        weight.append(found[1])
    return truth, weight


def folds(owners: Sequence[str], count: int, seed: int) -> Mapping[str, int]:
    """A fold for each owner."""
    names = sorted(set(owners))
    order = np.random.default_rng(seed).permutation(len(names))
    return {name: int(order[i]) % count for i, name in enumerate(names)}


@dataclass(frozen=True)
class Fit:
    """A judge, and how it does on owners that it was not fitted on.

    Attributes
    ----------
    judge : Judge
        Fitted to all cases; its threshold is not chosen yet.
    parted : sequence of lists of (Case, Judge)
        For each parting into inner folds all cases, each with the judge that was fitted without its owner.
    silent : mapping of float to float
        For each share `again` the least threshold at which the judge is silent where it has to be.
    """

    judge: Judge
    parted: Sequence[Sequence[tuple[Case, Judge]]]
    silent: Mapping[float, float]


def fit_of(judge: str, found: Sequence[Case], seed: int, quiet: Sequence[Quiet] = ()) -> Fit:
    """The judge of some cases, its form and the weight of simulated ones chosen by inner cross-validation."""
    known, owner = examples(found)
    is_scored = np.array([found[i].recorded.is_scored for i in owner])
    parted = [_Parted(found, owner, seed + 100 * i) for i in range(REPEATS)]
    best = min(
        product(FORMS, SIMULATED_WEIGHTS),
        key=lambda way: sum(one.deviance(judge, known, is_scored, way) for one in parted),
    )
    fit = fitted(judge, known.weighted(np.where(is_scored, 1.0, best[1])), best[0])
    least = {
        again: silenced(replace(fit, threshold=float(THRESHOLDS[0]), perhaps=1.0, again=again), quiet)
        for again in AGAIN
    }
    return Fit(fit, [one.pairs(judge, known, is_scored, best) for one in parted], least)


@dataclass(frozen=True)
class _Parted:
    """Cases parted by owner into inner folds."""

    found: Sequence[Case]
    owner: Sequence[int]  # the case of each example
    seed: int

    @cached_property
    def of_case(self) -> Rows:
        fold = folds([case.recorded.series.owner for case in self.found], INNER_FOLDS, self.seed)
        return np.array([fold[case.recorded.series.owner] for case in self.found])

    @cached_property
    def of_example(self) -> Rows:
        return self.of_case[self.owner]

    def judges(self, judge: str, known: Examples, is_scored: np.ndarray, way: tuple[str, float]) -> list[Judge]:
        """For each fold the judge that was fitted without it."""
        form, weight = way
        weighted = known.weighted(np.where(is_scored, 1.0, weight))
        return [fitted(judge, weighted.of(self.of_example != k), form) for k in range(INNER_FOLDS)]

    def deviance(self, judge: str, known: Examples, is_scored: np.ndarray, way: tuple[str, float]) -> float:
        """Of the examples that are scored, by judges fitted without their owners; infinite with nothing to fit."""
        counts = is_scored | (way[1] > 0)
        if not all(counts[self.of_example != k].any() for k in range(INNER_FOLDS)):
            return np.inf
        total = 0.0
        for k, one in enumerate(self.judges(judge, known, is_scored, way)):
            total += deviance(one, known.of(is_scored & (self.of_example == k)))
        return total

    def pairs(
        self, judge: str, known: Examples, is_scored: np.ndarray, way: tuple[str, float]
    ) -> list[tuple[Case, Judge]]:
        fits = self.judges(judge, known, is_scored, way)
        return [(case, fits[k]) for case, k in zip(self.found, self.of_case, strict=True)]


def judge_of_names(found: Sequence[Case], seed: int) -> Judge:
    """Which climbs people call an overshoot, of those that they call an overshoot or a late rise."""
    labelled: list[Case] = []
    truth: list[float] = []
    for case in found:
        sure, _doubtful = labels_of(case.recorded.series)
        for kind in NAMES_OF_CLIMBS:
            for start in sure.get(kind, ()):
                at = [
                    p
                    for p in case.asked.proposals
                    if is_near(case.recorded.series, case.part.x_at(p.claim.start), start)
                ]
                if at:
                    one = max(at, key=lambda p: p.features["lasting"])
                    labelled.append(replace(case, asked=replace(case.asked, proposals=(one,))))
                    truth.append(float(kind == NAMES_OF_CLIMBS[0]))
    values = np.array([[case.asked.proposals[0].features[name] for name in BY_NAME] for case in labelled])
    is_scored = np.array([case.recorded.is_scored for case in labelled])
    known = Examples(BY_NAME, values, np.array(truth), np.ones(len(truth)))
    parted = [_Parted(labelled, range(len(labelled)), seed + 100 * i) for i in range(REPEATS)]
    weights = [("straight", weight) for weight in SIMULATED_WEIGHTS]
    best = min(weights, key=lambda way: sum(one.deviance("overshoot", known, is_scored, way) for one in parted))
    return fitted("overshoot", known.weighted(np.where(is_scored, 1.0, best[1])), best[0])


def tell(text: str) -> None:
    """Progress, apart from results."""
    print(text, file=sys.stderr, flush=True)
