"""Choose the thresholds of all judges together, for what is said of a series in the end.

Whether a judge adds to the rules of its kind, from which probability on, and from which one where the series has such
an event already: each choice moves all figures at once, and what they add up to is counted on owners that the judges
were not fitted on. What one event hides of another is counted by saying all of it, and corrects the sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, Way
from engine.detectors.claims.proposals import judged
from engine.events import Severity
from engine.table import Floats
from tools.judging.choosing import AGAIN, REPEATS, THRESHOLDS, Case, Fit, cases, fit_of, judge_of_names, label_kinds
from tools.judging.corpora import Labelled
from tools.judging.fitting import Held, calibrated, calibration, tempered
from tools.judging.recording import WITHOUT_JUDGE, Recorded
from tools.judging.scoring import GROUPS, KINDS, REST, figures, is_near, labels_of, tally
from tools.judging.silence import Quiet

SHARES = {"f1_grouped": 1.0, "f1_macro": 1.0, "claims_near": 1.5, "labels_found": 1.5}  # of the figures, in the aim
MOST_ALARMED, ALARM_COST = 0.025, 3.0  # of the surely healthy series; what more of them take from the aim
OTHERS_COST = 0.2  # the same for each alarmed one of the healthy series that are nobody's
LEAST_GAIN = 0.005  # in the aim: what adds less to the rules may be chance
ALIKE = 0.001  # in the aim: of thresholds that differ by less the lowest is taken, as silence is seen to elsewhere
PERHAPS = 0.7  # of the threshold: what is likelier is worth a remark
SMOOTHING = np.array([0.1, 0.2, 0.4, 0.2, 0.1])  # over thresholds
ROUNDS, PASSES = 3, 8  # of correcting the sums, and of choosing each judge's option in turn
OPTIONS = [(Way.UNION, float(threshold), again) for again in AGAIN for threshold in THRESHOLDS] + [
    (Way.RULES, 0.5, 1.0)
]
LIKELY = np.array([threshold for _way, threshold, _again in OPTIONS[:-1]] + [1.0])  # 1: claims of the rules only
AGAIN_LIKELY = np.array([threshold * again for _way, threshold, again in OPTIONS[:-1]] + [1.0])


@dataclass(frozen=True)
class _Said:
    """A claim of a series at the lowest threshold, and the probability from which on it is made."""

    kind: str
    x: float
    likely: float
    is_warning: bool


@dataclass(frozen=True)
class _Sums:
    """What each option of one judge adds to the counts.

    Attributes
    ----------
    counts : ndarray, shape (options, columns of a tally)
    warned : ndarray, shape (options, healthy series)
        How often each is warned of.
    allowed : ndarray of bool, shape (options,)
        Whether the judge is silent enough.
    """

    counts: Floats
    warned: Floats
    allowed: np.ndarray


@dataclass(frozen=True)
class Together:
    """The judges of some recordings, before their thresholds are chosen.

    Attributes
    ----------
    fits : mapping of str to Fit
    recorded : sequence of Recorded
    namer : Judge
        Which climbs are called overshoots.
    """

    fits: Mapping[str, Fit]
    recorded: Sequence[Recorded]
    namer: Judge

    def options(self) -> dict[str, int]:
        """The option of each judge."""
        state = dict.fromkeys(self.fits, len(OPTIONS) - 1)
        off = dict.fromkeys((*SHARES, "clean"), 0.0)
        for at in range(ROUNDS):
            if at:
                said, summed = self._said(state), self._figures(state)[0]
                off = {name: said[name] - summed[name] for name in off}
            for _pass in range(PASSES):
                before = dict(state)
                for name in self.fits:
                    values = [self._value({**state, name: o}, off) for o in range(len(OPTIONS))]
                    values = np.where(self._sums[name].allowed, values, -np.inf)
                    if values.max() > values[state[name]] + 1e-6:
                        state[name] = int(np.argmax(values))
                if state == before:
                    break
        for name in self.fits:
            by_rules = {**state, name: len(OPTIONS) - 1}
            if self._value(state, off) - self._value(by_rules, off) < LEAST_GAIN:
                state = by_rules
            else:
                state = {**state, name: self._lowest(state, name, off)}
        return state

    def _lowest(self, state: Mapping[str, int], name: str, off: Mapping[str, float]) -> int:
        """The option with the lowest threshold, of one share `again`, that is hardly worse than the best."""
        first = state[name] // len(THRESHOLDS) * len(THRESHOLDS)
        least = self._value(state, off) - ALIKE
        silent = [o for o in range(first, state[name] + 1) if self._sums[name].allowed[o]]
        return next((o for o in silent if self._value({**state, name: o}, off) >= least), state[name])

    def judges(self, state: Mapping[str, int], case_of: int | None = None) -> dict[str, Judge]:
        """The judges with their options; with the id of a recording those that were fitted without its owner."""
        found = {"overshoot": self.namer}
        for name, option in state.items():
            way, threshold, again = OPTIONS[option]
            judge = self._without[name].get(case_of, self.fits[name].judge) if case_of else self.fits[name].judge
            found[name] = replace(judge, way=way, threshold=threshold, again=again, perhaps=PERHAPS * threshold)
        return found

    @cached_property
    def scored(self) -> list[Recorded]:
        return [one for one in self.recorded if one.is_scored]

    @cached_property
    def _without(self) -> dict[str, dict[int, Judge]]:
        return {name: {id(case.recorded): judge for case, judge in fit.parted[0]} for name, fit in self.fits.items()}

    @cached_property
    def _healthy(self) -> dict[int, int]:
        healthy = [one for one in self.recorded if one.series.is_surely_healthy]
        return {id(one): i for i, one in enumerate(healthy)}

    @cached_property
    def _is_healthy_scored(self) -> np.ndarray:
        return np.array([one.is_scored for one in self.recorded if id(one) in self._healthy], bool)

    @cached_property
    def _sums(self) -> dict[str, _Sums]:
        return {name: self._summed(name, fit) for name, fit in self.fits.items()}

    @cached_property
    def _plain(self) -> _Sums:
        """Of kinds without a judge that share none with a judge."""
        return self._summed("epoch_boundary", Fit(self.namer, [[]], dict.fromkeys(AGAIN, 0.0)))

    def _summed(self, name: str, fit: Fit) -> _Sums:
        kinds = label_kinds(name)
        counts = np.zeros((len(OPTIONS), 3 * (len(KINDS) + len(GROUPS)) + len(REST)))
        warned = np.zeros((len(OPTIONS), len(self._healthy)))
        for parting in fit.parted:
            asked = defaultdict(list)
            for case, judge in parting:
                asked[id(case.recorded)].append((case, judge))
            for one in self.recorded:
                at = self._healthy.get(id(one))
                if not one.is_scored and at is None:
                    continue
                said = _claims(one, kinds, asked[id(one)])
                on = _made(said)
                if one.is_scored:
                    counts += _counts(one.series, kinds, said, on)
                if at is not None:
                    warned[:, at] += (on & np.array([claim.is_warning for claim in said], bool)).any(axis=1)
        allowed = [threshold >= fit.silent[again] - 1e-9 for _way, threshold, again in OPTIONS[:-1]]
        return _Sums(_smooth(counts / len(fit.parted)), _smooth(warned / len(fit.parted)), np.array([*allowed, True]))

    def _figures(self, state: Mapping[str, int]) -> tuple[dict[str, float], float]:
        """The figures of added counts, and the share of others' healthy series that draw a warning."""
        chosen = [self._sums[name] for name in state]
        counts = self._plain.counts[-1] + sum(one.counts[o] for one, o in zip(chosen, state.values(), strict=True))
        warned = [one.warned[o] for one, o in zip(chosen, state.values(), strict=True)]
        clear = np.prod([1 - one for one in (*warned, self._plain.warned[-1])], axis=0)
        counts[-len(REST) + REST.index("healthy")] = self._is_healthy_scored.sum()
        counts[-len(REST) + REST.index("clean")] = clear[self._is_healthy_scored].sum()
        others = clear[~self._is_healthy_scored]
        return _known(counts), float(1 - others.mean()) if len(others) else 0.0

    def _value(self, state: Mapping[str, int], off: Mapping[str, float]) -> float:
        found, others = self._figures(state)
        aim = sum(share * (found[name] + off[name]) for name, share in SHARES.items())
        alarmed = 1 - found["clean"] - off["clean"]
        return aim - ALARM_COST * max(0.0, alarmed - MOST_ALARMED) - OTHERS_COST * others

    def _said(self, state: Mapping[str, int]) -> dict[str, float]:
        """The figures of all that is said by judges that were fitted without a series' owner."""
        said = (tally(one.series, one.said(self.judges(state, id(one)))) for one in self.scored)
        return _known(np.sum(list(said), axis=0))

    def tempered(self, made: Mapping[str, Judge], state: Mapping[str, int]) -> dict[str, Judge]:
        """Calibrated judges as sure as what is said with them holds, once what explains it has hidden the rest."""
        pairs = []
        for one in self.scored:
            sure, doubtful = labels_of(one.series)
            numbers = {name: (judge.scale, judge.shift, judge.known) for name, judge in made.items()}
            judges = {
                name: replace(judge, **dict(zip(("scale", "shift", "known"), numbers[name], strict=True)))
                for name, judge in self.judges(state, id(one)).items()
            }
            for event in one.said(judges):
                if event.kind not in doubtful and event.kind not in WITHOUT_JUDGE:
                    held = any(is_near(one.series, event.start, start) for start in sure.get(event.kind, ()))
                    pairs.append((event.confidence, float(held)))
        return tempered(made, np.array(pairs, float).reshape(-1, 2))


def judges_of(
    recorded: Sequence[Recorded], names: Sequence[str], seed: int = 0, quiet: Sequence[Quiet] = ()
) -> dict[str, Judge]:
    """All judges, fitted on some series, silent on some curves, and calibrated together."""
    by_name = {name: cases(recorded, name) for name in names}
    namer = judge_of_names(by_name["instability"], seed)
    by_name["instability"] = [replace(case, asked=case.asked.called(namer)) for case in by_name["instability"]]
    fits = {name: fit_of(name, by_name[name], seed, [one for one in quiet if one.judge == name]) for name in names}
    all_of_them = Together(fits, recorded, namer)
    state = all_of_them.options()
    judges = all_of_them.judges(state)
    held = {name: held_of(fit, judges[name]) for name, fit in fits.items()}
    shared = calibration(Held.of(list(held.values())))
    made = {name: calibrated(judges[name], held[name], shared) for name in fits}
    return {**all_of_them.tempered({**made, "overshoot": namer}, state), "overshoot": namer}


def _claims(one: Recorded, kinds: Sequence[str], asked: Sequence[tuple[Case, Judge]]) -> list[_Said]:
    """All claims at the lowest threshold, those of detectors without a judge among them."""
    found = [
        _Said(event.kind, part.x_at(event.start), 1.0, event.severity is not Severity.INFO)
        for part in one.parts
        for event in part.reported
        if event.kind in kinds and one.counts(event.series)
    ]
    for case, judge in asked:
        low = replace(_plain(judge), way=Way.UNION, threshold=float(THRESHOLDS[0]) * min(AGAIN))
        kept, accepted = _judged(case, low)
        for claim, likely in [*((c, 1.0) for c in kept), *((c, c.confidence) for c in accepted)]:
            found.append(_Said(claim.kind, case.part.x_at(claim.start), likely, claim.severity is not Severity.INFO))
    return found


def _made(said: Sequence[_Said]) -> np.ndarray:
    """Which claims each option makes, shape (options, claims)."""
    likely = np.array([claim.likely for claim in said])
    has_one = (likely[None, :] >= LIKELY[:, None]).any(axis=1, keepdims=True)
    return has_one & (likely[None, :] >= AGAIN_LIKELY[:, None])


def _counts(series: Labelled, kinds: Sequence[str], said: Sequence[_Said], on: np.ndarray) -> Floats:
    """The tally of one series for some kinds with each option, shape (options, columns of a tally)."""
    sure, doubtful = labels_of(series)
    counts = np.zeros((len(OPTIONS), 3 * (len(KINDS) + len(GROUPS)) + len(REST)))
    rest = 3 * (len(KINDS) + len(GROUPS))
    for kind in kinds:
        mine = np.array([claim.kind == kind for claim in said], bool)
        made, labels = on[:, mine], sure.get(kind, [])
        near = [[is_near(series, claim.x, label) for label in labels] for claim in said if claim.kind == kind]
        hits = np.array(near, bool).reshape(made.shape[1], len(labels))
        at = 3 * KINDS.index(kind)
        counts[:, at : at + 3] = _outcomes(kind in sure, made.any(axis=1), kind in doubtful)
        if kind in sure or kind not in doubtful:
            counts[:, rest + REST.index("claims")] += made.sum(axis=1)
            counts[:, rest + REST.index("near")] += made[:, hits.any(axis=1)].sum(axis=1)
        counts[:, rest + REST.index("labels")] += len(labels)
        counts[:, rest + REST.index("found")] += (made[:, :, None] & hits[None]).any(axis=1).sum(axis=1)
    group = next(i for i, members in enumerate(GROUPS) if kinds[0] in members)
    at = 3 * (len(KINDS) + group)
    counts[:, at : at + 3] = _outcomes(any(k in sure for k in kinds), on.any(axis=1), any(k in doubtful for k in kinds))
    return counts


def _known(counts: Floats) -> dict[str, float]:
    """The figures of added counts, 0 for shares of nothing."""
    return {name: value if value == value else 0.0 for name, value in figures(counts).items()}


def _outcomes(is_sure: bool, claimed: np.ndarray, is_doubtful: bool) -> np.ndarray:
    return np.stack([is_sure & claimed, claimed & (not is_sure and not is_doubtful), is_sure & ~claimed], axis=1)


def _smooth(values: Floats) -> Floats:
    """Averaged over neighbouring thresholds: the best of many would be the luckiest."""
    reach, found = len(SMOOTHING) // 2, values.copy()
    for at in range(0, len(OPTIONS) - 1, len(THRESHOLDS)):
        block = np.pad(values[at : at + len(THRESHOLDS)], ((reach, reach), (0, 0)), mode="edge")
        found[at : at + len(THRESHOLDS)] = sum(w * block[i : i + len(THRESHOLDS)] for i, w in enumerate(SMOOTHING))
    return found


def _plain(judge: Judge) -> Judge:
    """The judge with its probabilities as confidences."""
    return replace(judge, perhaps=1.0, scale=1.0, shift=0.0, known=0.0)


def _judged(case: Case, judge: Judge) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    bare = [replace(proposal, trust=1.0) for proposal in case.asked.proposals]
    verdict = judged("", bare, case.asked.apart, case.asked.known, judge)
    return verdict.kept, verdict.accepted


def held_of(fit: Fit, chosen: Judge) -> Held:
    """What held of the claims, without those where nobody is sure, and those at which nothing was proposed."""
    found = []
    for case, judge in (pair for parting in fit.parted for pair in parting):
        sure, doubtful = labels_of(case.recorded.series)
        if not case.recorded.is_scored or any(kind in doubtful for kind in case.kinds):
            continue
        plain = replace(_plain(judge), way=chosen.way, threshold=chosen.threshold, again=chosen.again)
        kept, accepted = _judged(case, plain)
        for claim, is_known in [*((c, 1.0) for c in kept), *((c, 0.0) for c in accepted)]:
            if claim not in case.asked.known:
                x = case.part.x_at(claim.start)
                held = any(is_near(case.recorded.series, x, start) for start in sure.get(claim.kind, ()))
                found.append((min(max(claim.confidence, 1e-6), 1 - 1e-6), is_known, float(held)))
    likely, known, truth = np.array(found, float).reshape(-1, 3).T
    return Held(likely, known, truth, np.full(len(truth), 1 / REPEATS))
