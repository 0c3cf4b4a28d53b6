"""Which factor is named, and the reason if none is."""

from __future__ import annotations

import pytest

from engine.experiments.records import Arm, Control, Ended, Stage, Verdict
from engine.experiments.statistics import Count, p_value
from engine.experiments.verdict import TieBreak, decide, is_clear, is_shown, reason_text

ORDER = ("lr", "beta1", "clip_norm")


def arm(factor: str, clean: int, forks: int = 12, placebo: int = 1, progress: float = 0.0) -> Arm:
    count, other = Count(clean, forks), Count(placebo, forks)
    p = p_value(count, other)
    return Arm(factor, {}, 20, Stage.CONFIRM, clean, forks, p, placebo=other, progress=progress)


def tie(*undoing: str) -> TieBreak:
    return TieBreak(ORDER, frozenset(undoing))


def named(*arms: Arm, by: TieBreak | None = None, control=Control.REPRODUCED) -> tuple:
    found = decide(arms, control, Ended.COMPLETE, by or tie(), 0.025)
    return found.verdict, found.top


def test_the_factor_that_left_most_forks_clean_is_named():
    assert named(arm("lr", 9), arm("beta1", 12)) == (Verdict.CAUSE, "beta1")


def test_of_equals_the_one_with_more_progress_is_named():
    assert named(arm("lr", 12, progress=0.1), arm("clip_norm", 12, progress=0.2))[1] == "clip_norm"


def limited(*undoing: str) -> TieBreak:
    return TieBreak(ORDER, frozenset(undoing), frozenset({"clip_norm"}))


def test_a_limit_goes_after_what_takes_the_reason_away():
    assert named(arm("clip_norm", 12, progress=0.2), arm("lr", 11), by=limited())[1] == "lr"


def test_but_is_named_where_it_is_clearly_better_or_alone():
    assert named(arm("clip_norm", 12), arm("lr", 6, placebo=0), by=limited())[1] == "clip_norm"
    assert named(arm("clip_norm", 12), by=limited())[1] == "clip_norm"


def test_a_limit_that_was_taken_away_goes_first():
    assert named(arm("lr", 12, progress=1.0), arm("clip_norm", 12), by=limited("clip_norm"))[1] == "clip_norm"


def test_of_equals_in_that_too_the_order_decides():
    assert named(arm("clip_norm", 12, progress=0.2), arm("lr", 12, progress=0.2))[1] == "lr"
    assert named(arm("clip_norm", 12, progress=0.201), arm("lr", 12, progress=0.2))[1] == "lr"


def test_more_progress_does_not_outweigh_more_clean_forks():
    assert named(arm("lr", 12), arm("beta1", 11, progress=3.0))[1] == "lr"


def test_what_was_broken_goes_before_a_remedy_that_chance_put_ahead():
    assert named(arm("lr", 12, progress=1.0), arm("clip_norm", 11), by=tie("clip_norm"))[1] == "clip_norm"


def test_but_not_before_one_that_is_clearly_better():
    assert named(arm("lr", 12), arm("clip_norm", 6, placebo=0), by=tie("clip_norm"))[1] == "lr"


def test_without_a_reproduced_control_nothing_is_named():
    assert named(arm("lr", 12), control=Control.NOT_REPRODUCED) == (Verdict.INCONCLUSIVE, None)
    assert named(arm("lr", 12), control=None) == (Verdict.INCONCLUSIVE, None)


def test_a_factor_that_does_as_well_as_placebo_is_not_named():
    assert named(arm("lr", 8, placebo=7)) == (Verdict.INCONCLUSIVE, None)


def test_screening_alone_names_nothing():
    screened = Arm("lr", {}, 20, Stage.SCREEN, 12, 12, 0.001, placebo=Count(0, 12))
    assert named(screened) == (Verdict.INCONCLUSIVE, None)


@pytest.mark.parametrize("clean,placebo,clear", [(12, 0, True), (6, 2, False), (3, 3, True)])
def test_more_forks_are_run_only_while_the_answer_is_open(clean, placebo, clear):
    assert is_clear([arm("lr", clean, placebo=placebo)]) is clear


@pytest.mark.parametrize("clean,shown", [(12, True), (5, False)])
def test_a_confirmation_may_end_early_only_when_all_that_lead_are_shown(clean, shown):
    assert is_shown([arm("lr", 11), arm("beta1", clean)], tie()) is shown


@pytest.mark.parametrize(
    "first, other, by",
    [
        (arm("lr", 12), arm("beta1", 5), tie()),
        (arm("lr", 12), arm("beta1", 5), tie("lr")),
        (arm("lr", 12), arm("clip_norm", 5), limited()),
    ],
)
def test_what_can_no_more_be_named_does_not_hold_it_up(first: Arm, other: Arm, by: TieBreak) -> None:
    assert is_shown([first, other], by)
    for clean in range(5, 12):  # whatever its next forks do: a failed one stays failed
        later = arm(other.factor, clean, progress=9.0)
        assert named(first, later, by=by)[1] == "lr"


@pytest.mark.parametrize("by", [tie("beta1"), tie("beta1", "clip_norm")])
def test_what_goes_before_it_does(by: TieBreak) -> None:
    assert not is_shown([arm("lr", 12), arm("beta1", 5)], by)


def test_a_factor_no_better_than_placebo_does_not_hold_it_up():
    assert is_shown([arm("lr", 12), arm("beta1", 1, placebo=1)], tie())
    assert not is_shown([arm("beta1", 1, placebo=1)], tie())


@pytest.mark.parametrize("ended", [e for e in Ended if e is not Ended.COMPLETE])
def test_every_end_has_words(ended):
    assert reason_text(ended)
