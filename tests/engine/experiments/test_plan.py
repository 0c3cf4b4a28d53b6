"""Which forks are run from where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.ledger import ArmKey
from engine.experiments.plan import (
    Trial,
    confirmation,
    elsewhere,
    hopeful,
    is_futile,
    is_plain,
    scouting,
    screening,
    undecided,
)
from engine.experiments.records import Stage
from engine.experiments.statistics import Count

LOCAL = {"lr": Intervention("lr", {"lr": 0.1}), "eps": Intervention("eps", {"eps": 0.1})}
EARLY = {"init": Intervention("init", {"init": "kaiming"}, from_start=True)}


def trial(**interventions: Intervention) -> Trial:
    return Trial(interventions, {}, {})


def test_each_factor_gets_four_forks_from_the_first_start():
    arms = dict(screening(trial(**LOCAL), (20, 60, 5), 90))
    assert {(key.distance, count) for key, count in arms.items()} == {(20, 4)}


def test_the_other_starts_follow():
    assert {key.distance for key, _count in elsewhere(trial(**LOCAL, **EARLY), (20, 60, 5))} == {60, 5}
    assert elsewhere(trial(**LOCAL), (20,)) == []


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

    def progress(self, _key: ArmKey) -> float:
        return 0.0


def test_other_starts_are_left_out_once_a_factor_stands_out():
    assert is_plain(Counts(lr=(4, 4), eps=(0, 2)), 20)
    assert not is_plain(Counts(lr=(2, 4), eps=(0, 2)), 20)


def arms_of(counts: Counts) -> list[tuple[ArmKey, int]]:
    return [(key, 4) for key in counts.counts]


def test_further_forks_are_for_those_among_the_best_and_their_placebo():
    counts = Counts(placebo=(1, 2), lr=(2, 2), eps=(2, 2), beta1=(2, 2), beta2=(1, 2), amsgrad=(0, 2))
    assert [key.factor for key, _count in undecided(counts, arms_of(counts))] == [PLACEBO, "lr", "eps", "beta1"]


def test_no_further_forks_where_each_of_many_surely_removes_the_event():
    sure = Counts(placebo=(0, 2), lr=(2, 2), eps=(2, 2), beta1=(2, 2), beta2=(1, 2), amsgrad=(0, 2))
    assert undecided(sure, arms_of(sure)) == []
    less = Counts(placebo=(0, 2), lr=(2, 2), eps=(1, 2), beta1=(1, 2))
    assert [key.factor for key, _count in undecided(less, arms_of(less))] == [PLACEBO, "lr", "eps", "beta1"]


def test_no_further_forks_where_no_more_are_clean_than_are_confirmed():
    counts = Counts(placebo=(0, 2), lr=(2, 2), eps=(1, 2), amsgrad=(0, 2))
    assert undecided(counts, arms_of(counts)) == []
    assert undecided(Counts(placebo=(0, 2), lr=(0, 2)), arms_of(Counts(placebo=(0, 2), lr=(0, 2)))) == []


def tried(counts: Counts, *undoing: str) -> Trial:
    factors = {key.factor: Intervention(key.factor) for key in counts.counts if key.factor != PLACEBO}
    return Trial(factors, {}, {}, undoing=frozenset(undoing))


def test_where_two_surely_remove_the_event_only_those_chosen_so_far_and_what_undoes_a_change_are_tried_again():
    counts = Counts(placebo=(0, 1), lr=(1, 1), eps=(1, 1), beta1=(0, 1), beta2=(0, 1), amsgrad=(1, 1))
    again = hopeful(counts, tried(counts, "beta2"), arms_of(counts))
    assert [key.factor for key, _count in again] == [PLACEBO, "lr", "eps", "beta2"]


def test_where_no_more_are_tried_than_are_confirmed_one_that_surely_removes_the_event_ends_it():
    counts = Counts(placebo=(0, 1), lr=(1, 1), eps=(0, 1))
    assert hopeful(counts, tried(counts), arms_of(counts)) == []
    assert [key.factor for key, _count in hopeful(counts, tried(counts, "eps"), arms_of(counts))] == [
        PLACEBO,
        "lr",
        "eps",
    ]
    less = Counts(placebo=(1, 1), lr=(1, 1), eps=(0, 1))
    assert len(hopeful(less, tried(less), arms_of(less))) == 3


def test_what_undoes_a_change_and_surely_removes_the_event_is_enough():
    counts = Counts(placebo=(0, 1), lr=(0, 1), eps=(1, 1), beta1=(0, 1))
    assert [key.factor for key, _count in hopeful(counts, tried(counts, "eps"), arms_of(counts))] == [PLACEBO, "eps"]


@pytest.mark.parametrize(
    "counts, limits",
    [
        (Counts(placebo=(1, 1), lr=(1, 1), eps=(1, 1), beta1=(0, 1)), ()),  # chance alone removes it
        (Counts(placebo=(0, 1), lr=(1, 1), eps=(0, 1), beta1=(0, 1)), ()),  # one more is to be confirmed
        (Counts(placebo=(0, 1), lr=(1, 1), clip_norm=(1, 1), beta1=(0, 1)), ("clip_norm",)),  # a limit goes last
    ],
)
def test_all_are_tried_again_where_others_may_still_be_chosen(counts, limits):
    limited = replace(tried(counts), limits=frozenset(limits))
    assert len(hopeful(counts, limited, arms_of(counts))) == 4


def test_placebo_gets_as_many_forks_as_the_factors_from_each_start():
    arms = dict(screening(trial(**LOCAL, **EARLY), (20, 60), 90))
    for key, count in arms.items():
        assert arms[key.placebo] == count


def test_what_changes_the_beginning_is_tried_from_the_beginning_only():
    arms = dict(screening(trial(**LOCAL, **EARLY), (20, 60), 90))
    assert {key.distance for key in arms if key.factor == "init"} == {90}


def test_placebo_does_not_scout_a_single_start():
    assert scouting((20,)) == []


def test_placebo_scouts_every_start():
    assert {key.distance for key, _count in scouting((20, 60, 5))} == {20, 60, 5}
    assert all(key.factor == PLACEBO for key, _count in scouting((20, 60, 5)))


def test_two_factors_from_one_start_share_their_placebo():
    chosen = [ArmKey(Stage.SCREEN, "lr", 20), ArmKey(Stage.SCREEN, "eps", 20)]
    arms = confirmation(chosen, 12)
    assert [key.factor for key, _count in arms] == [PLACEBO, "lr", "eps"]
    assert all(count == 12 and key.stage is Stage.CONFIRM for key, count in arms)


@pytest.mark.parametrize("clean,forks,futile", [(0, 3, True), (1, 4, False), (0, 2, False)])
def test_a_factor_no_better_than_placebo_is_given_up_in_the_confirmation(clean, forks, futile):
    assert is_futile(Counts(lr=(clean, forks), placebo=(0, 4)), ArmKey(Stage.SCREEN, "lr", 20)) is futile


def test_placebo_itself_is_never_given_up():
    assert not is_futile(Counts(placebo=(0, 12)), ArmKey(Stage.SCREEN, PLACEBO, 20))
