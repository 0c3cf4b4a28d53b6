"""Which forks are run from where."""

from __future__ import annotations

import pytest

from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.ledger import ArmKey
from engine.experiments.plan import (
    Trial,
    confirmation,
    elsewhere,
    is_futile,
    is_hopeless,
    is_plain,
    scouting,
    screening,
)
from engine.experiments.records import Stage
from engine.experiments.statistics import Count

LOCAL = {"lr": Intervention("lr", {"lr": 0.1}), "eps": Intervention("eps", {"eps": 0.1})}
EARLY = {"init": Intervention("init", {"init": "kaiming"}, from_start=True)}
COST = {20: 1.0, 60: 1.0, 5: 1.0, 90: 4.0}


def trial(**interventions: Intervention) -> Trial:
    return Trial(interventions, {}, {})


def test_with_time_each_factor_gets_four_forks_from_the_first_start():
    arms = dict(screening(trial(**LOCAL), (20, 60, 5), 90, COST, seconds=1e6))
    assert {(key.distance, count) for key, count in arms.items()} == {(20, 4)}


def test_with_time_the_other_starts_follow():
    assert {key.distance for key, _count in elsewhere(trial(**LOCAL, **EARLY), (20, 60, 5), COST, 1e6)} == {60, 5}
    assert elsewhere(trial(**LOCAL), (20, 60, 5), COST, 0.0) == []


class Counts:
    """A stub of the ledger: clean forks and forks by factor, all from 20 steps before, placebo 0 of 4."""

    def __init__(self, **counts: tuple[int, int]) -> None:
        self.counts = {ArmKey(Stage.SCREEN, factor, 20): Count(*count) for factor, count in counts.items()}

    def count(self, key: ArmKey) -> Count:
        return self.counts[key]

    def results(self, key: ArmKey) -> tuple:
        return (None,) * self.counts[key].forks if key in self.counts else ()

    def keys(self, _stage: Stage) -> tuple[ArmKey, ...]:
        return tuple(self.counts)

    def gain(self, key: ArmKey) -> float:
        return self.counts[key].share


@pytest.mark.parametrize("clean,forks,hopeless", [(0, 1, False), (0, 2, True), (1, 2, False), (1, 4, False)])
def test_a_factor_is_given_up_when_none_of_its_first_two_forks_is_clean(clean, forks, hopeless):
    assert is_hopeless(Counts(lr=(clean, forks)), ArmKey(Stage.SCREEN, "lr", 20)) is hopeless
    assert not is_hopeless(Counts(placebo=(0, 4)), ArmKey(Stage.SCREEN, PLACEBO, 20))


def test_other_starts_are_left_out_once_a_factor_stands_out():
    assert is_plain(Counts(lr=(4, 4), eps=(0, 2)), 20)
    assert not is_plain(Counts(lr=(2, 4), eps=(0, 2)), 20)


def test_without_time_it_is_the_first_start_alone_with_two_forks():
    arms = dict(screening(trial(**LOCAL), (20, 60, 5), 90, COST, seconds=0.0))
    assert {(key.distance, count) for key, count in arms.items()} == {(20, 2)}


def test_placebo_gets_as_many_forks_as_the_factors_from_each_start():
    arms = dict(screening(trial(**LOCAL, **EARLY), (20, 60), 90, COST, seconds=1e6))
    for key, count in arms.items():
        assert arms[key.placebo] == count


def test_what_changes_the_beginning_is_tried_from_the_beginning_only():
    arms = dict(screening(trial(**LOCAL, **EARLY), (20, 60), 90, COST, seconds=1e6))
    assert {key.distance for key in arms if key.factor == "init"} == {90}


def test_placebo_scouts_every_start():
    assert {key.distance for key, _count in scouting((20, 60, 5), COST, 1e6)} == {20, 60, 5}
    assert all(key.factor == PLACEBO for key, _count in scouting((20, 60, 5), COST, 1e6))


def test_two_factors_from_one_start_share_their_placebo():
    chosen = [ArmKey(Stage.SCREEN, "lr", 20), ArmKey(Stage.SCREEN, "eps", 20)]
    arms = confirmation(chosen, 12)
    assert [key.factor for key, _count in arms] == [PLACEBO, "lr", "eps"]
    assert all(count == 12 and key.stage is Stage.CONFIRM for key, count in arms)


@pytest.mark.parametrize("clean,forks,futile", [(0, 4, True), (1, 4, False), (0, 3, False)])
def test_a_factor_no_better_than_placebo_is_given_up_in_the_confirmation(clean, forks, futile):
    assert is_futile(Counts(lr=(clean, forks), placebo=(0, 4)), ArmKey(Stage.SCREEN, "lr", 20)) is futile


def test_placebo_itself_is_never_given_up():
    assert not is_futile(Counts(placebo=(0, 12)), ArmKey(Stage.SCREEN, PLACEBO, 20))
