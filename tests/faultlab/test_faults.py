"""Every cause has a fault that makes it, and a fault counts only where it shows against a sound twin."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnosis.declared import known_causes
from tools.faultlab import HELD_OUT
from tools.faultlab.draws import OPTIMIZERS, base_rate, families
from tools.faultlab.lab import LATER, WIDE, families_of, faults, produce, setup_of
from tools.faultlab.logbook import Log
from tools.faultlab.rules import KINDS, face_of_its_own, shows

NOT_FROM_A_LOG = {"knob_turned"}  # the program itself records it


def test_every_cause_has_a_fault() -> None:
    assert set(faults()) == set(known_causes()) - NOT_FROM_A_LOG


@pytest.mark.parametrize("name", sorted(faults()))
def test_every_fault_belongs_to_families_and_causes_that_exist(name: str) -> None:
    fault = faults()[name]
    assert set(fault.families) <= set(families()) and set(fault.also) <= set(known_causes())
    assert fault.families and fault.cadences


def log(values: np.ndarray, an_epoch: float = 20) -> Log:
    values = np.asarray(values, float)
    there = np.ones(len(values), bool)
    return Log({"loss": values}, {"loss": there}, np.arange(len(values)), an_epoch)


def falling(noise: float = 0.01, count: int = 200) -> np.ndarray:
    return np.exp(-np.arange(count) / 40) + noise * np.random.default_rng(0).standard_normal(count)


def test_a_log_shows_nothing_against_itself() -> None:
    for face in sorted(set(KINDS) - {"done", "turn", "moving"}):
        assert shows(face, log(falling()), log(falling()), "loss", 100) is None


def test_a_jump_shows_as_a_rise_at_its_row_and_nowhere_else() -> None:
    jumped = falling()
    jumped[100] += 1.0
    assert shows("rise", log(jumped), log(falling()), "loss", 100) == ("rise", 100)
    assert shows("rise", log(jumped), log(falling()), "loss", 150) is None
    assert shows("rise", log(jumped), log(falling()), "loss", None) == ("rise", 100)


def test_a_loss_that_stays_where_it_was_is_slow_and_one_that_learns_half_as_fast_is_not() -> None:
    flat = 1.0 + 0.01 * np.random.default_rng(1).standard_normal(200)
    half = np.exp(-np.arange(200) / 60)
    assert shows("slow", log(flat), log(falling()), "loss", None) == ("slow", 0)
    assert shows("slow", log(half), log(falling()), "loss", None) is None


def test_three_times_the_scatter_is_noise() -> None:
    assert shows("noise", log(falling(0.06)), log(falling(0.02)), "loss", None) == ("noise", 0)
    assert shows("noise", log(falling(0.03)), log(falling(0.02)), "loss", None) is None


def test_a_step_at_every_end_of_an_epoch_is_locked_to_it() -> None:
    flat = 0.005 * np.random.default_rng(2).standard_normal(200)
    stairs = flat + 0.03 * (np.arange(200) // 20)[::-1]
    assert shows("epoch", log(stairs), log(flat), "loss", None) == ("epoch", 19)
    assert shows("epoch", log(flat), log(stairs), "loss", None) is None


def test_a_series_that_is_no_number_from_a_row_on_is_lost() -> None:
    lost = falling()
    lost[120:] = np.nan
    assert shows("lost", log(lost), log(falling()), "loss", 120) == ("lost", 120)


def test_what_turns_or_repeats_by_itself_is_no_sound_log() -> None:
    flat = 0.005 * np.random.default_rng(2).standard_normal(200)
    assert face_of_its_own(log(falling()), "loss") is None
    assert face_of_its_own(log(flat + 0.03 * (np.arange(200) // 20)[::-1]), "loss") == "epoch"
    for end, face in ((0.6, "turn"), (0.02, None)):
        held = log(falling())
        held.columns["val_loss"] = np.interp(np.arange(200), (0, 80, 199), (1.0, 0.1, end))
        held.present["val_loss"] = np.arange(200) % 10 == 9
        assert face_of_its_own(held, "loss") == face


def held_beside(training: np.ndarray, held: np.ndarray) -> Log:
    both = log(training)
    both.columns["val_loss"], both.present["val_loss"] = held, np.arange(len(held)) % 4 == 3
    return both


@pytest.mark.parametrize("place", [200, 300])
def test_validation_that_falls_long_after_training_shows_as_grokking_where_it_begins_to_fall(place: int) -> None:
    known = 0.01 + 2 * np.exp(-np.arange(400) / 10)
    held = np.interp(np.arange(400), (0, 20, place, place + 40, 399), (2.0, 3.0, 3.0, 0.1, 0.1))
    both = held_beside(known, held)
    face, row = shows("grok", both, both, "loss", None) or ("", 0)
    assert face == "grok" and abs(row - place) <= 12


def test_what_both_losses_do_what_fades_and_what_stays_is_no_grokking() -> None:
    known, at = 0.01 + 2 * np.exp(-np.arange(400) / 10), np.arange(400)
    fall = np.interp(at, (0, 200, 240, 399), (2.0, 2.0, 0.1, 0.1))
    fades, stays = 0.05 + 3 * np.exp(-at / 100), np.full(400, 3.0)
    for training, held in ((fall, fall), (fall, 4.5 * fall), (known, fades), (known, stays), (known, 1.1 * known)):
        both = held_beside(training, held)
        assert shows("grok", both, both, "loss", None) is None


@pytest.mark.parametrize("name", sorted(faults()))
def test_later_numbers_draw_families_that_came_later_and_lower_ones_those_of_the_fault(name: str) -> None:
    fault = faults()[name]()
    later = set(families_of(fault, LATER))
    assert families_of(fault, LATER - 1) == fault.families
    assert not later & ({*HELD_OUT, *fault.families, *fault.without})
    assert later or name == "moving_target"  # which no family that came later has
    assert set(families_of(fault, WIDE)) == {*fault.families, *later}


def test_numbers_drawn_widely_have_lower_rates_too_and_mostly_small_starts() -> None:
    before, wide = (
        [setup_of(number, 0, "mlp", np.random.default_rng(number)) for number in range(first, first + 200)]
        for first in (LATER, WIDE)
    )
    assert not any(setup.shape.has_small_start for setup in before)
    assert 0.6 < np.mean([setup.shape.has_small_start for setup in wide]) < 0.9
    best = {name: base_rate("mlp", name) for name in OPTIMIZERS}
    shares = [min(setup.lr / best[setup.optimizer] for setup in setups) for setups in (before, wide)]
    assert 0.25 <= shares[0] < 0.3 and 0.1 <= shares[1] < 0.13


@pytest.mark.parametrize("name", ["unusual_batch", "running_mean", "number_range"])
def test_a_number_gives_the_same_runs_every_time(name: str) -> None:
    number = 2 * len(faults()) + list(faults()).index(name)
    first, again = produce(number), produce(number)
    assert first and first[0]["label"]["fault"] == name and name in first[0]["label"]["accepted"]
    for one, other in zip(first, again, strict=True):
        assert one["label"] == other["label"]
        assert all(np.array_equal(one["columns"][c], other["columns"][c], equal_nan=True) for c in one["columns"])
