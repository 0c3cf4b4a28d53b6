"""From counts to words: which factor caused it, how sure that is, and what it does not say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.experiments.records import Arm, Control, Ended, Stage, Verdict
from engine.experiments.statistics import ALPHA, LOOK_ALPHA, p_value
from engine.i18n import _, number


@dataclass(frozen=True)
class Judgement:
    """The verdict, the factor on top, and the reason when there is none."""

    verdict: Verdict
    top: str | None
    ended: Ended


def judge(
    arms: Sequence[Arm],
    control: Control | None,
    ended: Ended,
    tie: TieBreak,
    alpha: float,
) -> Judgement:
    """Name the factor whose forks were clean most often, if that beats placebo."""
    if control is not Control.REPRODUCED:
        return Judgement(Verdict.INCONCLUSIVE, None, ended if control is None else Ended.NOT_REPRODUCED)
    confirmed = [a for a in arms if a.stage is Stage.CONFIRM and a.p is not None and a.p <= alpha]
    if not confirmed:
        return Judgement(Verdict.INCONCLUSIVE, None, Ended.NO_BETTER if ended is Ended.COMPLETE else ended)
    return Judgement(Verdict.CAUSE, tie.best(confirmed).factor, ended)


@dataclass(frozen=True)
class TieBreak:
    """Which of several factors that beat placebo is named.

    One that undoes what the run had turned, or what was set apart from the defaults, goes before remedies that were
    clean no more often than chance allows (``docs/decisions/0005-what-was-undone-goes-first.md``); a limit, which only
    holds steps back, goes after one that takes the reason away, again unless it was clean significantly more often
    (``docs/decisions/0006-limits-go-last.md``). Else the larger difference to placebo wins; ties go to more progress,
    then to the order of the factors.

    Attributes
    ----------
    order : tuple of str
        Factors, the first wins ties.
    undoing, limits : frozenset of str
    """

    order: tuple[str, ...]
    undoing: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()

    def best(self, arms: Sequence[Arm]) -> Arm:
        """The one to name."""
        top = arms[0]
        for arm in arms[1:]:
            if self._beats(arm, top):
                top = arm
        return top

    def _beats(self, arm: Arm, other: Arm) -> bool:
        mine, its = self._precedence(arm), self._precedence(other)
        if mine != its:
            first, second = (arm, other) if mine > its else (other, arm)
            return (first is arm) == (p_value(second.count, first.count) > ALPHA)
        gain, its_gain = _gain(arm), _gain(other)
        if gain != its_gain:
            return gain > its_gain
        lead = _progress(arm) - _progress(other)
        return lead > 0 if lead else self.order.index(arm.factor) < self.order.index(other.factor)

    def _precedence(self, arm: Arm) -> int:
        if arm.factor in self.undoing:
            return 1
        return -1 if arm.factor in self.limits else 0


def _gain(arm: Arm) -> float:
    return round(arm.count.share - arm.placebo.share, 6)


def _progress(arm: Arm) -> float:
    """To a hundredth of the logarithm: what differs by less than 1 % of the loss is a tie."""
    return -math.inf if math.isnan(arm.progress) else round(arm.progress, 2)


def is_clear(arms: Sequence[Arm], alpha: float = LOOK_ALPHA) -> bool:
    """Whether the confirmation needs no more forks: a factor beats placebo, or none is even ahead."""
    confirmed = [arm for arm in arms if arm.stage is Stage.CONFIRM and not arm.is_placebo]
    leads = [arm for arm in confirmed if arm.count.share - arm.placebo.share > 0.25]
    return not leads or any(arm.p is not None and arm.p <= alpha for arm in leads)


def is_shown(arms: Sequence[Arm], alpha: float = LOOK_ALPHA) -> bool:
    """Whether every factor that is still in the confirmation beats placebo: more forks would only say so again."""
    confirmed = [arm for arm in arms if arm.stage is Stage.CONFIRM and not arm.is_placebo]
    open_ones = [arm for arm in confirmed if arm.count.share > arm.placebo.share]
    return bool(open_ones) and all(arm.p is not None and arm.p <= alpha for arm in open_ones)


def setting_text(arm: Arm) -> str:
    """What the arm changed, for a person."""
    parts = []
    for key, value in arm.setting.items():
        shown = number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else _word(value)
        parts.append(f"{key} = {shown}")
    return ", ".join(parts) or arm.factor


def _word(value: object) -> str:
    return {True: _("on"), False: _("off")}.get(value, str(value)) if isinstance(value, bool) else str(value)


def reason_text(ended: Ended) -> str:
    """Why a proof ended without a cause, or early."""
    return {
        Ended.COMPLETE: "",
        Ended.CANCELLED: _("it was cancelled; finished forks are kept"),
        Ended.BUDGET: _("the time budget was used up; finished forks are kept"),
        Ended.WORKERS_LOST: _("the worker processes kept dying; finished forks are kept"),
        Ended.NOT_REPRODUCED: _("the unchanged fork did not repeat the event bit for bit"),
        Ended.NO_FACTOR: _("no factor applies to this event"),
        Ended.NO_BETTER: _("no factor did better than placebo"),
        Ended.TOO_FEW: _("too few forks finished"),
        Ended.NO_EVENT: _("there is no such event"),
    }[ended]
