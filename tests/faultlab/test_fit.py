"""The fit: what is kept repeats it, faults are told apart by what they show, and a trial is judged by two curves."""

from __future__ import annotations

import hashlib
import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from engine.diagnosis.declared import known_causes
from engine.diagnosis.fitted import fitted
from engine.diagnosis.forest import forest
from engine.diagnosis.ranking import ASKED
from engine.diagnosis.stored import words
from tools.faultlab import HELD_OUT, ceiling, fit, nets, tenth, trees
from tools.faultlab.additive import weighed
from tools.faultlab.also import RULES, right_of
from tools.faultlab.gather import OFFERED, UNOFFERED, gathered, kept
from tools.faultlab.lab import faults
from tools.faultlab.measure import Said, outcome
from tools.faultlab.prior import OFTEN
from tools.faultlab.rules import KINDS

DATA = Path(__file__).resolve().parents[2] / "tools" / "faultlab" / "data"


def record(fault: str, x: float, name: str) -> dict:
    about = {"name": name, "kind": "spike", "place": 0, "fault": fault, "accepted": [fault], "family": "mlp"}
    about |= {"face": "rise"}
    return about | {"clues": {"x": x}, "traits": {"group.y": -x}, "stated": {}, "columns": "loss only"}


def test_the_file_of_weights_names_the_records_that_are_kept():
    assert words()["records"] == hashlib.sha256((DATA / "lab.clues.xz").read_bytes()).hexdigest()


def test_the_fit_knows_no_family_that_was_set_aside_and_knows_the_question():
    with lzma.open(DATA / "lab.clues.xz") as file:
        text = file.read()
    assert text.count(b'"family":"mlp"') > 1000
    assert not any(f'"family":"{family}"'.encode() in text for family in HELD_OUT)
    first = next(line for line in text.splitlines() if f'"kind":"{ASKED}"'.encode() in line)
    assert json.loads(first)["place"] in (OFFERED, UNOFFERED) and json.loads(first)["traits"]
    assert ASKED in forest().kinds and ASKED in fitted().kinds
    assert any("." in name for name in forest().names)  # traits


def test_what_is_kept_is_gathered_again_without_what_the_fit_does_not_need(tmp_path):
    records = [record("a", 0.5, "1") | {"event": {}, "listed": []}]
    (tmp_path / "lab.clues.xz").write_bytes(kept(records))
    assert gathered(tmp_path) == [record("a", 0.5, "1")]


def test_a_forest_of_records_tells_two_faults_apart_by_measure_or_trait():
    records = [record("ab"[i % 2], i % 2 + 0.01 * i / 80, str(i)) for i in range(80)]
    grown = trees.grown(records, ("a", "b"))
    assert grown.said("spike", {"x": 0.0, "group.y": 0.0})["a"] > 0.95
    assert grown.said("spike", {"x": 1.0, "group.y": -1.0})["b"] > 0.95


def test_networks_of_records_tell_two_faults_apart_by_measure_or_trait():
    records = [record("ab"[i % 2], i % 2 + 0.01 * i / 400, str(i)) for i in range(400)]
    trained = nets.trained(records, ("a", "b"), seeds=2)
    for told, fault in (({"x": 0.0, "group.y": 0.0}, "a"), ({"x": 1.0, "group.y": -1.0}, "b")):
        assert trained.said("spike", told)[fault] > 0.8
    assert nets.said(trained, records)[0] == pytest.approx(
        list(trained.said("spike", records[0]["clues"] | records[0]["traits"]).values())
    )


def test_families_are_left_out_in_groups_of_about_as_many_events_and_each_once():
    records = [
        {"family": f"f{i}"} for i, count in enumerate([40, 30, 9, 8, 8, 7, 5, 5, 4, 3, 2, 1]) for _ in range(count)
    ]
    groups = fit.folds(records)
    assert len(groups) == fit.FOLDS and sorted(sum(groups, ())) == sorted(f"f{i}" for i in range(12))
    assert groups[0] == ("f0",) and max(map(len, groups)) <= 4
    assert len(fit.folds(records[:75])) == 3


def test_a_family_is_out_of_reach_until_its_kind_is_known_and_logs_of_one_training_stay_together(monkeypatch):
    monkeypatch.setattr(ceiling, "TREES", 20)
    records = [
        record("ab"[i % 2], float(i % 2), f"{i // 2:06d}-{i % 2}") | {"family": "fg"[i // 40]} for i in range(80)
    ]
    for one in records:  # one family shows its faults the other way round, and says which it is
        if one["family"] == "g":
            x = 1 - one["clues"]["x"]
            one |= {"clues": {"x": x}, "traits": {"group.y": -x, "group.g": 1.0}}
    own = np.array([["ab".index(one["fault"]) == i for i in range(2)] for one in records])
    apart, together = ceiling.of_families(records), ceiling.of_trainings(records)
    assert len(set(apart)) == 2 and all(together[::2] == together[1::2]) and len(set(together)) == fit.FOLDS
    assert fit.named(ceiling.shares(records, ("a", "b"), apart), own)[0] < 0.2
    assert fit.named(ceiling.shares(records, ("a", "b"), together), own)[0] > 0.9
    assert next(ceiling.by_columns(records)).split()[:3] == ["events", "all", "80"]


def test_each_fault_weighs_as_its_prior_share_says_however_often_it_was_made():
    assert set(OFTEN) <= set(faults())
    records = [
        record(fault, 0.0, f"{fault}{i}")
        for fault, count in (("resumed", 2000), ("gradient_cliff", 1000))
        for i in range(count)
    ]
    weights = dict(zip((r["fault"] for r in records), weighed(records), strict=True))
    assert 1000 * weights["gradient_cliff"] / (2000 * weights["resumed"]) == pytest.approx(
        OFTEN["gradient_cliff"], rel=0.01
    )


def test_rules_of_what_else_is_true_name_faults_and_causes_there_are_and_add_to_what_is_accepted():
    for fault, face, cause in RULES:
        assert fault in faults() and cause in known_causes() and face in ("", *KINDS)
        label = {"fault": fault, "face": face or "slow", "accepted": [fault, "dead_units"]}
        assert {fault, "dead_units", cause} <= set(right_of(label))
        assert right_of(label | {"fault": "resumed", "accepted": ["resumed"]}) == ("resumed",)
        assert right_of(label | {"way": "in PyTorch"}) == (fault, "dead_units")


FALL = np.linspace(2, 1, 200)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (FALL + np.where(np.arange(200) == 90, 2.0, 0), FALL, 4),
        (FALL + np.where(np.arange(200) == 90, 2.0, 0), FALL + np.where(np.arange(200) == 120, 1.8, 0), 1),
        (np.where(np.arange(200) < 90, FALL, np.nan), FALL, 5),
        (FALL, 2 - (2 - FALL) / 10, 0),
        (2 - (2 - FALL) / 10, FALL, 2),
        (FALL, FALL, 1),
    ],
)
def test_a_trial_is_judged_by_whether_the_rise_is_gone_and_by_what_is_gained(before, after, found):
    assert tenth.outcome(before, after) == found


def test_outcomes_of_each_cause_are_shares_and_lean_to_those_of_all():
    records = [{"name": str(i), "fault": "ab"[i % 2]} for i in range(40)]
    told = tenth.told({str(i): 4 * (i % 2) for i in range(40)}, records, ("a", "b", "c"))
    assert told.sum(axis=1) == pytest.approx(np.ones(3))
    assert told[0, 0] > 0.9 and told[1, 4] > 0.9 and told[2, 0] == pytest.approx(0.5)


def run(onset: int = 50) -> dict:
    label = {"fault": "a", "accepted": ["a"], "kinds": ["spike"], "onset": onset, "family": "cnn", "face": "rise"}
    return {"label": label, "columns": {"step": np.arange(1.0, 101), "loss": np.ones(100)}}


@pytest.mark.parametrize(("severity", "place"), [(None, 1), ("info", 1), ("warning", -1)])
def test_what_is_offered_counts_only_where_nothing_is_called_trouble(severity, place):
    elsewhere = [] if severity is None else [Said("plateau", 90, 95, severity, 0.9, ("a",), (1.0,))]
    found = outcome(run(), elsewhere, {"causes": ["b", "a"], "weights": [0.5, 0.3]})
    assert found.place == place and not found.is_found


def test_an_event_that_fits_counts_before_what_is_offered():
    fits = Said("spike", 51, 52, "info", 0.9, ("a", "b"), (0.6, 0.2))
    found = outcome(run(), [fits], {"causes": ["b"], "weights": [0.5]})
    assert found.is_found and found.place == 0 and found.weight == 0.6
