"""Judges: what the fitted file must hold, and how proposals become claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.climbs import named, named_alike
from engine.detectors.claims.judges import Judge, Way, bent, judges
from engine.detectors.claims.proposals import Proposal, judged
from engine.detectors.scales import MOST_LISTED
from engine.detectors.shapes.proposed.peaks import find_peaks
from engine.detectors.stream.curve import Curve
from engine.events import EventKind, Severity
from tests.made.expected import FOLDER
from tests.made.labelled import load
from tools.judging.corpora import Label, Labelled, corpora
from tools.judging.fitting import MOST_FEATURES, SIGNS, Examples, fitted
from tools.judging.recording import record
from tools.judging.scoring import Said, figures, tally
from tools.judging.simulated import simulated

STEEP = Judge(("size",), np.array([[0.0, 1.0]]), np.array([[8.0]]), -4.0, threshold=0.5, perhaps=0.3)


def proposal(size: float, start: int, end: int, kind: EventKind = EventKind.PLATEAU) -> Proposal:
    return Proposal(Claim(kind, start, end, Severity.INFO, 0.0, {}), {"size": size})


@pytest.mark.parametrize("name", SIGNS)
def test_each_fitted_judge_is_small_and_keeps_its_signs(name: str) -> None:
    judge = judges()[name]
    assert 0 < len(judge.names) <= MOST_FEATURES
    assert (np.diff(judge.edges, axis=1) >= 0).all()
    assert 0 < judge.perhaps < judge.threshold < 1
    for feature, weights in zip(judge.names, judge.weights, strict=True):
        assert (SIGNS[name].get(feature, 0) * weights >= -1e-9).all()


def test_a_value_counts_as_far_as_it_has_come_through_the_pieces() -> None:
    edges = np.array([[0.0, 1.0, 3.0]])
    assert bent(np.array([[-5.0], [0.5], [2.0], [9.0]]), edges).tolist() == [[0, 0], [0.5, 0], [1, 0.5], [1, 1]]


def test_the_likelier_of_two_that_overlap_is_accepted_and_what_is_below_is_a_doubt() -> None:
    verdict = judged("any", [proposal(0.7, 0, 9), proposal(0.9, 5, 20), proposal(0.45, 40, 50)], 2, judge=STEEP)
    assert [claim.start for claim in verdict.accepted] == [5]
    assert [claim.start for claim in verdict.perhaps] == [40]


def test_spikes_may_overlap_but_not_start_at_one_place_and_only_so_many_are_listed() -> None:
    near = [proposal(0.9, start, start + 50, EventKind.SPIKE) for start in (0, 1, 30)]
    assert [c.start for c in judged("any", near, 2, judge=STEEP).accepted] == [0, 30]
    many = [proposal(0.9, 10 * i, 10 * i, EventKind.SPIKE) for i in range(20)]
    assert len(judged("any", many, 2, judge=STEEP).accepted) == MOST_LISTED


def test_where_one_was_accepted_less_is_asked_of_another() -> None:
    two = [proposal(0.9, 0, 5), proposal(0.45, 40, 50)]
    lenient = replace(STEEP, again=0.7)
    assert [claim.start for claim in judged("any", two, 2, judge=lenient).accepted] == [0, 40]
    assert judged("any", two[1:], 2, judge=lenient).accepted == ()


def climbing(position: float, climb: float, left: float) -> Proposal:
    """A rise that starts at a bin, takes a share of the run and of which so much is left at the end."""
    evidence = {"has_returned": float(left < 0.35)}
    features = {"log_position": np.log(position + 1), "climb": np.log(climb), "left": left, "stays": left}
    return Proposal(Claim(EventKind.OVERSHOOT, 3, 9, Severity.WARNING, 0.4, evidence), features)


def test_what_jumps_early_and_comes_back_overshoots_and_what_climbs_for_long_and_stays_is_a_late_rise() -> None:
    jump, rise = named([climbing(1, 0.01, 0.1), climbing(200, 0.3, 1.0)], judges()["overshoot"])
    assert (jump.claim.kind, rise.claim.kind) == (EventKind.OVERSHOOT, EventKind.LATE_RISE)
    by_rule = replace(rise.claim, kind=EventKind.OVERSHOOT, start=4, severity=Severity.CRITICAL)
    (alike,) = named_alike([by_rule], [rise], 5)
    assert (alike.kind, alike.severity, alike.start) == (EventKind.LATE_RISE, Severity.WARNING, 4)
    assert named_alike([by_rule], [], 5) == [by_rule]
    (kept,) = named_alike([replace(by_rule, kind=EventKind.LATE_RISE, severity=Severity.WARNING)], [jump], 5)
    assert kept.kind is EventKind.LATE_RISE  # the rule had seen that the loss had converged before


def test_the_confidence_is_the_calibrated_probability_times_the_trust() -> None:
    judge = Judge(("size",), np.array([[0.0, 1.0]]), np.array([[8.0]]), -4.0, 0.5, scale=0.5, shift=0.0, known=1.0)
    (claim,) = judged("any", [Proposal(proposal(1.0, 0, 1).claim, {"size": 1.0}, trust=0.5)], 2, judge=judge).accepted
    assert claim.confidence == pytest.approx(0.5 / (1 + np.exp(-2.0)))
    asked = [Proposal(proposal(1.0, 0, 1).claim, {"size": 1.0}, trust=0.5)]
    (known,) = judged("any", asked, 2, [proposal(1.0, 1, 2).claim], judge).kept
    assert known.confidence == pytest.approx(0.5 / (1 + np.exp(-3.0)))


def test_a_fit_finds_what_decides_and_obeys_the_signs() -> None:
    rng = np.random.default_rng(0)
    values = rng.standard_normal((400, 3))
    truth = (values[:, 0] > 0).astype(float)
    found = fitted("spike", Examples(("size", "alike", "left"), values, truth, np.ones(400)), "straight")
    likely = found.probabilities([{"size": x, "alike": 0.0, "left": 0.0} for x in (-1.5, 1.5)])
    assert likely[0] < 0.2 < 0.8 < likely[1]
    wrong = fitted("spike", Examples(("alike",), values[:, :1], truth, np.ones(400)), "straight")
    assert np.abs(wrong.weights).max() < 1e-6  # peaks alike can only speak against a spike


@pytest.mark.parametrize("name", ["709__loss_D.csv"])
def test_what_was_recorded_says_the_same_with_the_fitted_judges(name: str) -> None:
    """So that what is measured in cross-validation is what the program does."""
    from engine.detectors.watch import Watch
    from engine.series import pair

    series = next(one for one in corpora([FOLDER]) if one.path.name == name)
    table = load(series.path)
    watch = Watch(table, pair([column for column in table.columns if column != "step"]), "step")
    watch.finish()
    counted = [e for e in watch.listed if not series.is_paired or e.series == "val_loss"]
    steps = table.values("step")
    assert counted
    said = [(one.kind, one.start, one.severity) for one in record(series).said(judges())]
    assert sorted(said) == sorted((e.kind.value, steps[e.start], e.severity.value) for e in counted)


def test_simulated_healthy_losses_draw_hardly_a_spike_that_the_rules_leave_out() -> None:
    """Of some the noise has such tails that the rules report spikes too."""
    found = [record(series, [run], is_scored=False) for series, run in simulated(40, only_healthy=True)]
    silent = [one for one in found if not any(e.severity != "info" for part in one.parts for e in part.reported)]
    assert len(silent) >= 34
    assert sum(any(event.severity != "info" for event in one.said(judges())) for one in silent) <= 2


def test_what_is_known_anyway_is_not_said_twice() -> None:
    known = [proposal(0.9, 100, 100, EventKind.SPIKE).claim]
    asked = [proposal(0.9, start, start, EventKind.SPIKE) for start in (101, 200)]
    verdict = judged("any", asked, 2, known, STEEP)
    assert [claim.start for claim in verdict.claims] == [100, 200]
    assert verdict.kept == (replace(known[0], confidence=verdict.kept[0].confidence),)


def test_where_the_rules_decide_a_judge_adds_nothing() -> None:
    known = [proposal(0.9, 100, 100).claim]
    only = replace(STEEP, way=Way.RULES)
    assert judged("any", [proposal(0.9, 300, 310)], 2, known, only).claims == tuple(known)


def test_the_tally_counts_as_a_person_would() -> None:
    labels = (Label("spike", 50.0, "sure"), Label("plateau", 0.0, "unsure"))
    series = Labelled(Path("a.csv"), "me", labels, 100.0, False)
    near = figures(tally(series, [Said("spike", 54.0, "info"), Said("plateau", 0.0, "info")]))
    assert (near["f1_grouped"], near["claims_near"], near["labels_found"]) == (1.0, 1.0, 1.0)
    far = figures(tally(series, [Said("spike", 60.0, "info"), Said("overshoot", 0.0, "warning")]))
    assert (far["claims_near"], far["labels_found"]) == (0.0, 0.0)
    assert far["f1_grouped"] == pytest.approx(2 / 3)  # one kind was right in this series, one was invented


def test_a_spike_exceeds_the_tail_and_the_dips_of_the_noise_and_the_largest_of_heavy_noise_does_not() -> None:
    def highest(loss: np.ndarray) -> Mapping[str, float]:
        ones, rows = np.ones(len(loss)), np.arange(float(len(loss)))
        return find_peaks(Curve(rows, loss, loss, loss, loss, loss, ones, 1, len(loss), len(loss) - 1))[0].features

    rng = np.random.default_rng(3)
    heavy = [highest(np.exp(0.05 * rng.standard_t(3, 400))) for _ in range(20)]
    lone = [highest(np.exp(0.05 * rng.standard_normal(400) + np.eye(400)[250])) for _ in range(20)]
    for name in ("over_tail", "over_dip"):
        assert np.quantile([one[name] for one in heavy], 0.75) < min(one[name] for one in lone)
