"""The fitted weights: what is not told adds nothing, shares sum to 1, and what a log lacks is named."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from engine.diagnosis.declared import known_causes
from engine.diagnosis.explanation import explain
from engine.diagnosis.facts import Facts
from engine.diagnosis.fitted import fitted
from engine.diagnosis.forest import Forest, forest
from engine.diagnosis.measures.base import all_measured, all_measures
from engine.diagnosis.networks import FARTHEST, Networks, networks
from engine.diagnosis.pooling import OF_ADDED, OF_STATED, FittedParts, pooled
from engine.diagnosis.ranking import fitted_parts, stated
from engine.diagnosis.stored import ARRAYS, words
from engine.diagnosis.telling_apart import ADDITIONS, alike, best_addition, gain_of, information
from engine.events import EventKind as K
from tests.engine.diagnosis.builders import make_event, make_run

RNG = np.random.default_rng(0)


def test_the_file_says_what_it_was_fitted_on_and_by_which_command() -> None:
    held = words()
    assert held["fitted_by"].startswith("python -m tools.faultlab") and "all families but" in held["fitted_on"]
    assert set(known_causes()) - set(held["causes"]) == {"knob_turned"}
    assert held["arrays"] == hashlib.sha256(ARRAYS.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", sorted(fitted().kinds))
def test_shares_sum_to_1_whatever_is_told(kind: str) -> None:
    for told in ({}, {"position": 0.5}, {"position": 0.5, "no_such_clue": 3.0}):
        even = dict.fromkeys(fitted().causes, 1 / len(fitted().causes))
        shares = pooled(even, fitted_parts(kind, told, {}), fitted().temperature(kind))
        assert sum(shares.values()) == pytest.approx(1) and set(shares) == set(even)


def test_a_clue_that_is_not_known_to_the_fit_changes_nothing() -> None:
    kind = next(iter(fitted().kinds))
    assert fitted().added(kind, {"no_such_clue": 3.0}) == fitted().added(kind, {})


def test_every_value_of_a_clue_falls_into_a_bin_that_has_weights() -> None:
    for clue in fitted().clues.values():
        assert list(clue.cuts) == sorted(set(clue.cuts))
        assert np.shape(clue.weights) == (len(clue.cuts) + 1, len(fitted().causes)) == clue.told.shape
        assert clue.bin(-np.inf) == 0 and clue.bin(np.inf) == len(clue.cuts)
        assert np.allclose(clue.told.sum(axis=0), 1, atol=0.01)


def test_a_cause_that_the_lab_does_not_have_keeps_its_stated_share() -> None:
    facts = Facts(make_event(K.SPIKE), make_run())
    said = {key: 0.9 * share for key, share in stated(facts).items()} | {"of_another_make": 0.1}
    both = pooled(said, fitted_parts("spike", all_measured(facts), {}), 1.3)
    assert sum(both.values()) == pytest.approx(1) and both["of_another_make"] == 0.1


def test_what_is_stated_as_impossible_stays_impossible_whatever_the_fit_says():
    assert pooled({"a": 1.0}, FittedParts({"a": 0.0, "b": 9.0}, {"b": 1.0}, {"b": 1.0})) == {"a": 1.0}


def test_the_fit_moves_the_odds_by_what_it_adds_and_proof_outweighs_the_forest_and_the_networks():
    flat, none = dict.fromkeys("abcd", 1 / 4), dict.fromkeys("abcd", 0.0)
    adds = FittedParts({**none, "a": 1.0}, flat, flat)
    even = pooled(flat, adds)
    assert even["a"] / even["b"] == pytest.approx(np.exp(OF_ADDED))
    known = pooled({"a": 0.3, "b": 0.2, "c": 0.2, "d": 0.3}, FittedParts(none, flat, flat))
    assert known["a"] / known["b"] == pytest.approx((3 / 2) ** OF_STATED)
    against = {"a": 0.0, "b": 1.0, "c": 0.0, "d": 0.0}
    for of_forest, of_networks in ((against, flat), (flat, against), (against, against)):
        parts = FittedParts(none, of_forest, of_networks)
        assert pooled({"a": 0.9, "b": 0.1}, parts)["a"] > 0.5
        assert pooled(flat, parts)["a"] < 0.25
    cool = pooled(flat, adds, temperature=2.0)
    assert cool["a"] / cool["b"] == pytest.approx(np.exp(OF_ADDED / 2))


def test_the_nearer_the_list_is_to_proof_the_less_the_fit_moves_it():
    flat, none = dict.fromkeys("ab", 1 / 2), dict.fromkeys("ab", 0.0)
    against = {"a": 0.0, "b": 1.0}
    moves = []
    for share in np.linspace(0.5, 0.95, 10):
        said = {"a": float(share), "b": 1 - float(share)}
        alone, moved = (pooled(said, FittedParts(none, other, other)) for other in (flat, against))
        moves.append(np.log(alone["a"] / alone["b"]) - np.log(moved["a"] / moved["b"]))
    assert np.all(np.diff(moves) < 1e-9) and moves[0] > moves[-1] > 0


def small(limit: float = 0.5) -> Forest:
    """Two trees: one asks ``x`` and then the kind, one says the same of everything."""
    return Forest(
        names=("x",),
        kinds=("spike",),
        causes=("a", "b"),
        roots=np.array([0, 5]),
        asked=np.array([0, -1, 1, -1, -1, -1]),
        limits=np.array([limit, 0, 0.5, 0, 0, 0]),
        lower=np.array([1, 0, 3, 1, 2, 3]),
        higher=np.array([2, 0, 4, 0, 0, 0]),
        shares=np.array([[255, 0], [0, 255], [204, 51], [51, 204]], np.uint8),
    )


@pytest.mark.parametrize(
    ("kind", "told", "share"),
    [("spike", {"x": 0.5}, 0.6), ("spike", {"x": 0.6}, 0.5), ("stalled", {"x": 9.0}, 0.1), ("spike", {}, 0.6)],
)
def test_a_forest_says_the_mean_of_its_trees_and_takes_what_is_not_told_as_low(kind, told, share):
    said = small().said(kind, told)
    assert said["a"] == pytest.approx(share) and sum(said.values()) == pytest.approx(1)


def network() -> Networks:
    """It says ``a`` the more, the larger ``x`` is, and all the more where ``y`` is told."""
    first = np.zeros((2, 4, 1), np.float32)
    first[:, 0], first[:, 2] = 1, 2
    return Networks(
        names=("x", "y"),
        kinds=("spike",),
        causes=("a", "b"),
        middles=np.array([5.0, 0.0]),
        spreads=np.array([2.0, 1.0]),
        asked=np.array([1]),
        first=first,
        first_bias=np.zeros((2, 1), np.float32),
        last=np.array([[[1.0, 0.0]], [[1.0, 0.0]]], np.float32),
        last_bias=np.zeros((2, 2), np.float32),
    )


@pytest.mark.parametrize(
    ("told", "odds"),
    [
        ({}, 0.0),
        ({"x": 7.0}, 1.0),
        ({"x": 7.0, "y": 0.5}, 3.0),
        ({"x": -1e9}, 0.0),
        ({"x": 1e9}, FARTHEST),
    ],
)
def test_networks_take_what_is_not_told_as_the_middle_and_nothing_as_farther_than_the_limit(told, odds):
    said = network().said("spike", told)
    assert np.log(said["a"] / said["b"]) == pytest.approx(odds, abs=1e-5)
    assert sum(said.values()) == pytest.approx(1)


def test_all_that_is_fitted_says_the_same_causes_of_the_same_kinds_of_events():
    assert fitted().causes == forest().causes == networks().causes
    assert set(fitted().kinds) == set(forest().kinds) == set(networks().kinds)


@pytest.mark.parametrize("kind", networks().kinds)
def test_facts_without_meaning_drive_the_fit_neither_to_certainty_nor_to_one_cause(kind):
    even, said = dict.fromkeys(fitted().causes, 1 / len(fitted().causes)), []
    for seed in range(60):
        odd = 1e6 * np.random.default_rng(seed).standard_t(1, len(networks().names))
        parts = fitted_parts(kind, dict(zip(networks().names, odd.tolist(), strict=True)), {})
        said.append(pooled(even, parts, fitted().temperature(kind)))
    first = [max(shares, key=shares.__getitem__) for shares in said]
    assert np.mean([max(shares.values()) for shares in said]) < 0.6
    assert max(map(first.count, first)) < 45


def test_clues_do_not_depend_on_the_unit_of_the_loss() -> None:
    loss = np.geomspace(1, 0.1, 200) * (1 + 0.02 * RNG.standard_normal(200))
    loss[100:104] *= 3
    plain, scaled = (
        all_measured(Facts(make_event(K.SPIKE, 100, 104), make_run(loss * unit))) for unit in (1.0, 1024.0)
    )
    free = {name for name in plain if not name.startswith(("chance", "log_classes")) and "chance" not in name}
    assert {n: plain[n] for n in free} == pytest.approx({n: scaled[n] for n in free if n in scaled}, rel=1e-6, abs=1e-6)


def test_bits_of_a_clue_that_decides_are_those_of_the_question() -> None:
    even = np.full(4, 0.25)
    assert information(even, np.eye(4)) == pytest.approx(2)
    assert information(np.array([0.9, 0.1]), np.eye(2)) == pytest.approx(-0.9 * np.log2(0.9) - 0.1 * np.log2(0.1))
    assert information(even, np.full((3, 4), 1 / 3)) == pytest.approx(0)


def test_what_a_log_has_is_not_named_as_what_it_lacks() -> None:
    shares = dict.fromkeys(fitted().causes, 1.0)
    bare = make_run()
    first, bits = best_addition(Facts(make_event(K.SPIKE), bare), shares)
    assert first is not None and bits > 0.1
    full = make_run(lr=np.full(200, 0.1), grad_norm=np.ones(200), accuracy=np.linspace(0, 1, 200))
    second, _bits = best_addition(Facts(make_event(K.SPIKE), full), shares)
    assert second is None or second.key in ("validation", "tenth_rate")
    assert {addition.key for addition in ADDITIONS} >= {first.key}


def test_causes_of_nearly_one_weight_are_said_to_be_not_told_apart() -> None:
    assert alike([0.3, 0.28, 0.1]) and not alike([0.6, 0.2]) and not alike([0.5])


def test_a_training_of_the_program_is_not_told_what_to_log() -> None:
    own = make_run(settings={"lr": 0.1, "optimizer": "sgd", "batch_size": 8})
    assert explain(make_event(K.SPIKE), own).apart is None


def test_every_addition_has_measures_that_need_it_and_that_the_fit_weighs():
    needed = {all_measures()[name].needs for name in fitted().clues if name in all_measures()}
    assert {addition.key for addition in ADDITIONS} <= needed | set(fitted().trials)
    assert {addition.key for addition in ADDITIONS} == set(fitted().kept)
    assert {measure.needs for measure in all_measures().values()} - {""} <= {addition.key for addition in ADDITIONS}


def test_a_measure_that_needs_a_column_is_unknown_without_it():
    loss = 1 + 0.1 * RNG.standard_normal(300)
    told = all_measured(Facts(make_event(K.SPIKE, 100, 104), make_run(loss)))
    assert not [name for name in told if all_measures()[name].needs]


def test_a_trial_is_told_by_shares_of_outcomes_and_may_be_what_tells_most() -> None:
    for told in fitted().trials.values():
        assert told.shape[1] == len(fitted().causes) and np.allclose(told.sum(axis=0), 1, atol=0.01)
    assert 0 < gain_of("tenth_rate", {"step_too_large": 0.5, "lr_too_small": 0.5}) <= 1


def test_a_column_tells_nothing_of_a_cause_that_is_certain():
    assert gain_of("lr", {"schedule_rise": 1.0}) == pytest.approx(0)
    assert gain_of("lr", {"schedule_rise": 0.5, "resumed": 0.5}) > 0.1
