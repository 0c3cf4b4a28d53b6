"""Fitting the judges: the same each time, silent where nothing happens, and as sure as claims held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.detectors.claims.claim import Claim
from engine.detectors.claims.judges import Judge, Way, judges
from engine.detectors.claims.proposals import Proposal
from engine.detectors.kinds.stalled import Stalled
from engine.detectors.watch import Watch
from engine.events import EventKind, Severity
from engine.series import LossSeries
from engine.table import MetricTable
from tools.judging import choosing, silence
from tools.judging.__main__ import file_of
from tools.judging.choosing import AGAIN, Fit, cases, fit_of
from tools.judging.corpora import Label, Labelled
from tools.judging.fitting import Held, calibrated, calibration, tempered
from tools.judging.recording import Asked, Part, Recorded, record
from tools.judging.silence import Quiet, quiet_curves, silenced
from tools.judging.simulated import simulated
from tools.judging.together import Together, held_of

STEEP = Judge(("size",), np.array([[0.0, 1.0]]), np.array([[8.0]]), -4.0, threshold=0.5)


def quiet(*sizes: float, most: float = 0.0) -> Quiet:
    """A curve that is asked about a peak of each size, a hundred rows apart."""
    spikes = [Claim(EventKind.SPIKE, 100 * i, 100 * i, Severity.INFO, 0.0, {}) for i in range(len(sizes))]
    asked = [Proposal(spike, {"size": size}) for spike, size in zip(spikes, sizes, strict=True)]
    return Quiet("noise", "spike", [Asked("spike", "spike", (EventKind.SPIKE,), "loss", asked, 5, ())], 1, most)


@pytest.fixture(scope="module")
def recorded() -> list[Recorded]:
    return [record(series, [run], detectors=[Stalled]) for series, run in simulated(30)]


def test_the_same_curves_and_seed_give_the_same_file(recorded: list[Recorded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FORMS", ("straight", "bent"))
    monkeypatch.setattr(choosing, "REPEATS", 1)

    def fitted_once() -> str:
        fit = fit_of("stalled", cases(recorded, "stalled"), seed=3)
        judge = replace(fit.judge, threshold=0.4)
        held = held_of(fit, judge)
        return file_of({"stalled": calibrated(judge, held, calibration(held))}, recorded)

    assert fitted_once() == fitted_once()


def test_a_judge_is_chosen_where_it_finds_what_is_labelled_and_not_where_it_alarms_healthy_series() -> None:
    def chosen(is_told_apart: bool) -> Judge:
        recorded = [_asked(number, number % 4 == 0, is_told_apart) for number in range(80)]
        found = cases(recorded, "spike")
        fit = Fit(STEEP, [[(case, STEEP) for case in found]], dict.fromkeys(AGAIN, 0.3))
        together = Together({"spike": fit}, recorded, STEEP)
        return together.judges(together.options())["spike"]

    sure = chosen(is_told_apart=True)
    assert sure.way is Way.UNION
    assert 0.3 <= sure.threshold < 0.88
    doubtful = chosen(is_told_apart=False)
    assert doubtful.way is Way.RULES or doubtful.threshold > 0.88


def _asked(number: int, has_spike: bool, is_told_apart: bool) -> Recorded:
    """A series with one peak that the judge finds likely: where it has a spike, or everywhere."""
    label = Label("spike", 100.0, "sure") if has_spike else Label("healthy", None, "sure")
    size = 0.75 if has_spike or not is_told_apart else 0.1
    peak = Claim(EventKind.SPIKE, 100, 100, Severity.WARNING, 0.0, {})
    asked = Asked("spike", "spike", (EventKind.SPIKE,), "loss", [Proposal(peak, {"size": size})], 5, ())
    table = MetricTable()
    table.extend({"loss": np.ones(300)})
    part = Part(Watch(table, [LossSeries("loss")], detectors=[]), [asked], [], np.arange(300.0))
    return Recorded(Labelled(Path(str(number)), str(number), (label,), 300.0, False), [part])


def test_a_threshold_is_raised_until_healthy_curves_are_silent_and_no_further() -> None:
    assert silenced(STEEP, [quiet(0.2)]) == STEEP.threshold
    raised = silenced(STEEP, [quiet(0.6, 0.9)])
    silent = replace(STEEP, threshold=raised)
    assert quiet(0.6, 0.9).claims(silent) == 0
    assert quiet(0.6, 0.9).claims(replace(silent, threshold=raised - 0.05)) > 0
    assert silenced(STEEP, [quiet(0.6, 0.9, most=1)]) < raised


def test_in_noise_the_fitted_judges_are_silent_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "NOISE_SEEDS", 4)
    for group in quiet_curves():
        judge = judges()[group.judge]
        of_rules = group.claims(replace(judge, threshold=1.0, perhaps=1.0))
        assert group.claims(judge) <= max(group.most, of_rules), group.name


def test_the_confidence_is_the_share_that_held_and_few_claims_hardly_move_it() -> None:
    rng = np.random.default_rng(0)
    said = rng.uniform(0.3, 0.95, 2000)
    held = (rng.uniform(size=2000) < 0.5 * said).astype(float)  # of what is said, half as much holds
    claims = Held(said, np.zeros(2000), held, np.ones(2000))
    shared = calibration(claims)
    own = calibrated(STEEP, claims, shared)
    assert own.confidence(0.9) == pytest.approx(0.45, abs=0.05)
    few = Held(*(values[:3] for values in (said, np.zeros(3), np.ones(3), np.ones(3))))
    assert calibrated(STEEP, few, shared).confidence(0.9) == pytest.approx(0.45, abs=0.1)


def test_what_is_said_too_surely_in_the_end_is_said_less_surely() -> None:
    said = np.repeat([[0.9, 1.0], [0.9, 0.0], [0.3, 1.0], [0.3, 0.0]], [120, 80, 40, 160], axis=0)
    calmer = tempered({"spike": STEEP}, said)["spike"]
    assert calmer.confidence(0.9) == pytest.approx(0.6, abs=0.03)
    assert calmer.confidence(0.3) == pytest.approx(0.2, abs=0.03)
