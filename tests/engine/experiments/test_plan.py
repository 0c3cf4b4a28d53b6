"""Which forks are run from where."""

from __future__ import annotations

from engine.experiments.case import PLACEBO, Intervention
from engine.experiments.ledger import ArmKey
from engine.experiments.plan import Trial, confirmation, scouting, screening
from engine.experiments.records import Stage

LOCAL = {"lr": Intervention("lr", {"lr": 0.1}), "eps": Intervention("eps", {"eps": 0.1})}
EARLY = {"init": Intervention("init", {"init": "kaiming"}, from_start=True)}
COST = {20: 1.0, 60: 1.0, 5: 1.0, 90: 4.0}


def trial(**interventions: Intervention) -> Trial:
    return Trial(interventions, {}, {})


def test_with_time_every_factor_is_tried_from_every_start():
    arms = dict(screening(trial(**LOCAL), (20, 60, 5), 90, COST, seconds=1e6))
    assert {key.distance for key in arms} == {20, 60, 5}
    assert arms[ArmKey(Stage.SCREEN, "lr", 20)] >= 4


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
