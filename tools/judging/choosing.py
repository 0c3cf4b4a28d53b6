"""Choose a judge's form and threshold on owners that it was not fitted on, and try the whole on others again."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, Way
from engine.detectors.claims.proposals import Verdict, judged
from engine.events import Severity
from engine.table import Floats, Rows
from tools.judging.corpora import Labelled
from tools.judging.fitting import FORMS, Examples, Held, calibrated, calibration, deviance, fitted
from tools.judging.recording import LABEL_KINDS, Asked, Part, Recorded
from tools.judging.scoring import is_near, labels_of
from tools.judging.silence import Quiet, silenced

FOLDS, INNER_FOLDS, REPEATS = 5, 4, 3
SIMULATED_WEIGHTS = (0.0, 0.3, 1.0)  # of what is nobody's, beside a log
THRESHOLDS = np.arange(0.1, 0.9, 0.02)
SMOOTHING = np.array([0.1, 0.2, 0.4, 0.2, 0.1])  # over thresholds: the best of many would be the luckiest
SERIES_SHARE = 0.6  # of the aim: F1 over series; the rest is F1 over single events
ALARM_COST = 0.006  # what a surely healthy series that draws a warning takes from the aim
OTHERS_COST = 0.003  # the same of a simulated one or a training
LEAST_GAIN = 0.15  # in the aim, over the root of the labelled series: what adds less to the rules may be chance
NAMES_OF_CLIMBS = ("overshoot", "late_rise")
BY_NAME = ("log_position", "climb", "left", "stays")  # features that the judge of names reads
AGAIN = (1.0, 0.8, 0.6)  # of the threshold: from where on another event of a series counts
PERHAPS = 0.7  # of the threshold: what is likelier is worth a remark


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


def chosen(judge: str, found: Sequence[Case], seed: int, quiet: Sequence[Quiet] = ()) -> tuple[Judge, Held]:
    """The judge of some cases, and what held of its claims on owners that it was not fitted on.

    All is chosen by inner cross-validation, the weights are fitted to all, and the threshold is raised until it is
    silent where it has to be.
    """
    known, owner = examples(found)
    is_scored = np.array([found[i].recorded.is_scored for i in owner])
    parted = [_Parted(found, owner, seed + 100 * i) for i in range(REPEATS)]
    best = min(
        product(FORMS, SIMULATED_WEIGHTS),
        key=lambda way: sum(one.deviance(judge, known, is_scored, way) for one in parted),
    )
    pairs = [pair for one in parted for pair in one.pairs(judge, known, is_scored, best)]
    tallied = _tallied(pairs)
    aim, threshold, again = max(_best(tallied, again) for again in AGAIN)
    by_rules = _aims(_tallied([(case, replace(one, way=Way.RULES)) for case, one in pairs]), again=1.0)
    is_better = aim >= by_rules[0] + LEAST_GAIN / max(_labelled(found), 1) ** 0.5
    fit = fitted(judge, known.weighted(np.where(is_scored, 1.0, best[1])), best[0])
    fit = replace(fit, threshold=threshold, again=again, way=Way.UNION if is_better else Way.RULES)
    threshold = silenced(fit, quiet)
    least = {"threshold": threshold, "again": again, "way": fit.way}
    held = _held([(case, replace(one, **least)) for case, one in pairs])
    return replace(fit, threshold=threshold, perhaps=PERHAPS * threshold), held


def _best(tallied: Sequence[_Tallied], again: float) -> tuple[float, float, float]:
    """The best aim, and the threshold at which it is reached."""
    aims = np.convolve(np.pad(_aims(tallied, again), len(SMOOTHING) // 2, mode="edge"), SMOOTHING, "valid")
    at = int(np.argmax(aims))
    return float(aims[at]), float(THRESHOLDS[at]), again


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
        """Of the examples that are scored, by judges that were fitted without their owners."""
        total = 0.0
        for k, one in enumerate(self.judges(judge, known, is_scored, way)):
            total += deviance(one, known.of(is_scored & (self.of_example == k)))
        return total

    def pairs(
        self, judge: str, known: Examples, is_scored: np.ndarray, way: tuple[str, float]
    ) -> list[tuple[Case, Judge]]:
        fits = self.judges(judge, known, is_scored, way)
        return [(case, fits[k]) for case, k in zip(self.found, self.of_case, strict=True)]


def _labelled(found: Sequence[Case]) -> int:
    """Scored series with a label of the kinds in question."""
    return len(
        {
            id(case.recorded)
            for case in found
            if case.recorded.is_scored and any(kind in labels_of(case.recorded.series)[0] for kind in case.kinds)
        }
    )


@dataclass(frozen=True)
class _Tallied:
    """A series with all that is claimed of it at the lowest threshold.

    Attributes
    ----------
    likely : ndarray, shape (claims,)
        The probability from which on each claim is made.
    near : ndarray, shape (claims, labels)
    is_warning : ndarray, shape (claims,)
    """

    series: Labelled
    kinds: tuple[str, ...]
    is_scored: bool
    likely: Floats
    near: np.ndarray
    is_warning: np.ndarray

    def counts(self, again: float) -> Floats:
        """Hits, false alarms, misses, claims, near, labels, found and alarms, shape (thresholds, 8)."""
        sure, doubtful = labels_of(self.series)
        is_sure, is_doubtful = any(kind in sure for kind in self.kinds), any(kind in doubtful for kind in self.kinds)
        has_one = (self.likely[None, :] >= THRESHOLDS[:, None]).any(axis=1, keepdims=True)
        on = has_one & (self.likely[None, :] >= again * THRESHOLDS[:, None])
        claimed = on.any(axis=1)
        counts = is_sure or not is_doubtful
        return np.stack(
            [
                is_sure & claimed,
                claimed & (not is_sure) & (not is_doubtful),
                is_sure & ~claimed,
                on.sum(axis=1) * counts,
                (on & self.near.any(axis=1)).sum(axis=1) * counts,
                np.full(len(THRESHOLDS), self.near.shape[1]),
                (on[:, :, None] & self.near[None]).any(axis=1).sum(axis=1),
                (on & self.is_warning).any(axis=1) & self.series.is_surely_healthy,
            ],
            axis=1,
        ).astype(float)


def _tallied(pairs: Sequence[tuple[Case, Judge]]) -> list[_Tallied]:
    """What is claimed of each series that is scored, and of healthy ones that are nobody's."""
    by_series: dict[tuple[int, int], list[tuple[Case, Judge]]] = defaultdict(list)
    for case, one in pairs:
        if case.recorded.is_scored or case.recorded.series.is_surely_healthy:
            by_series[id(case.recorded), id(one)].append((case, one))
    return [_tally(members) for members in by_series.values()]


def _tally(members: Sequence[tuple[Case, Judge]]) -> _Tallied:
    case = members[0][0]
    series, kinds = case.recorded.series, case.kinds
    sure, _doubtful = labels_of(series)
    starts = [start for kind in kinds for start in sure.get(kind, ())]
    ranked = [(c.part.x_at(claim.start), p, claim.severity) for c, one in members for claim, p in _ranked(c, one)]
    near = np.array([[is_near(series, x, start) for start in starts] for x, _p, _s in ranked], bool)
    return _Tallied(
        series,
        kinds,
        case.recorded.is_scored,
        np.array([p for _x, p, _severity in ranked]),
        near.reshape(len(ranked), len(starts)),
        np.array([severity is not Severity.INFO for _x, _p, severity in ranked], bool),
    )


def _aims(tallied: Sequence[_Tallied], again: float) -> Floats:
    """The aim at each threshold, shape (thresholds,); series that are nobody's count by their alarms only."""
    count = np.zeros((len(THRESHOLDS), 8))
    others = np.zeros(len(THRESHOLDS))
    for one in tallied:
        own = one.counts(again)
        count += own if one.is_scored else 0
        others += 0 if one.is_scored else own[:, 7]
    hit, false, miss, claims, near, labels, seen, alarms = count.T
    series = 2 * hit / np.maximum(2 * hit + false + miss, 1)
    events = 2 * np.minimum(seen, near) / np.maximum(claims + labels, 1)
    return SERIES_SHARE * series + (1 - SERIES_SHARE) * events - (ALARM_COST * alarms + OTHERS_COST * others) / REPEATS


def _ranked(case: Case, one: Judge) -> list[tuple[Claim, float]]:
    """All claims at the lowest threshold, with the probability from which on each is made: 1 for those of the rules."""
    verdict = _plainly(case, replace(one, threshold=min(AGAIN) * float(THRESHOLDS[0])))
    return [*((claim, 1.0) for claim in verdict.kept), *((claim, claim.confidence) for claim in verdict.accepted)]


def _plainly(case: Case, one: Judge) -> Verdict:
    """What a judge says, with its probabilities as confidences."""
    plain = replace(one, perhaps=1.0, scale=1.0, shift=0.0, known=0.0)
    bare = [replace(proposal, trust=1.0) for proposal in case.asked.proposals]
    return judged("", bare, case.asked.apart, case.asked.known, plain)


def _held(pairs: Sequence[tuple[Case, Judge]]) -> Held:
    """What held of the claims, without those where nobody is sure, and those at which nothing was proposed."""
    found = []
    for case, one in pairs:
        series = case.recorded.series
        sure, doubtful = labels_of(series)
        if not case.recorded.is_scored or any(kind in doubtful for kind in case.kinds):
            continue
        verdict = _plainly(case, one)
        for claim in verdict.claims:
            if claim not in case.asked.known:
                x = case.part.x_at(claim.start)
                held = any(is_near(series, x, s) for s in sure.get(claim.kind, ()))
                p = min(max(claim.confidence, 1e-6), 1 - 1e-6)
                found.append((p, float(claim not in verdict.accepted), float(held)))
    likely, known, truth = np.array(found, float).reshape(-1, 3).T
    return Held(likely, known, truth, np.full(len(truth), 1 / REPEATS))


def judges_of(
    recorded: Sequence[Recorded], names: Sequence[str], seed: int = 0, quiet: Sequence[Quiet] = ()
) -> dict[str, Judge]:
    """All judges, fitted on some series, silent on some curves, and calibrated together."""
    by_name = {name: cases(recorded, name) for name in names}
    namer = judge_of_names(by_name["instability"], seed)
    by_name["instability"] = [replace(case, asked=case.asked.called(namer)) for case in by_name["instability"]]
    made = {
        name: chosen(name, found, seed, [one for one in quiet if one.judge == name]) for name, found in by_name.items()
    }
    shared = calibration(Held.of([held for _judge, held in made.values()]))
    return {**{name: calibrated(judge, held, shared) for name, (judge, held) in made.items()}, "overshoot": namer}


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
