"""From counts to words: which factor caused it, how sure that is, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy import stats

from engine.experiments.records import Arm, Control, Ended, Stage, Verdict
from engine.experiments.statistics import ALPHA, p_value
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
    clean no more often than chance allows: it explains what happened with nothing new. Among equals the fork with more
    progress wins, if its loss ended lower in so many pairs that a sign test says so, then the order of the factors.

    Attributes
    ----------
    order : tuple of str
        Factors, the first wins ties.
    undoing : frozenset of str
    final_losses : mapping of str to mapping
        By factor and nudge.
    """

    order: tuple[str, ...]
    undoing: frozenset[str]
    final_losses: Mapping[str, Mapping[str, float]]

    def best(self, arms: Sequence[Arm]) -> Arm:
        """The one to name."""
        top = arms[0]
        for arm in arms[1:]:
            if self._beats(arm, top):
                top = arm
        return top

    def _beats(self, arm: Arm, other: Arm) -> bool:
        gain, its = _gain(arm), _gain(other)
        undoes, it_does = arm.factor in self.undoing, other.factor in self.undoing
        if undoes != it_does:
            broken, remedy = (arm, other) if undoes else (other, arm)
            return (broken is arm) == (p_value(remedy.count, broken.count) > ALPHA)
        if gain != its:
            return gain > its
        lead = self._lead(arm, other)
        return lead > 0 if lead else self.order.index(arm.factor) < self.order.index(other.factor)

    def _lead(self, arm: Arm, other: Arm) -> int:
        """1 when the arm made more progress in significantly many pairs, −1 when less, else 0."""
        mine, its = self.final_losses.get(arm.factor, {}), self.final_losses.get(other.factor, {})
        pairs = [(mine[number], its[number]) for number in mine.keys() & its.keys()]
        lower = sum(a < b for a, b in pairs)
        higher = sum(a > b for a, b in pairs)
        if not lower + higher or stats.binomtest(lower, lower + higher).pvalue > ALPHA:
            return 0
        return 1 if lower > higher else -1


def _gain(arm: Arm) -> float:
    return round(arm.count.share - arm.placebo.share, 6)


def is_clear(arms: Sequence[Arm], alpha: float = ALPHA / 2) -> bool:
    """Whether the confirmation needs no more forks: a factor beats placebo, or none is even ahead.

    Two looks at half of α each keep the error rate of one look at α.
    """
    confirmed = [arm for arm in arms if arm.stage is Stage.CONFIRM and not arm.is_placebo]
    leads = [arm for arm in confirmed if arm.count.share - arm.placebo.share > 0.25]
    return not leads or any(arm.p is not None and arm.p <= alpha for arm in leads)


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
        Ended.CANCELLED: _("it was cancelled; what had finished is kept"),
        Ended.BUDGET: _("the time budget was used up; what had finished is kept"),
        Ended.WORKERS_LOST: _("the worker processes kept dying; what had finished is kept"),
        Ended.NOT_REPRODUCED: _("the unchanged fork did not repeat the event bit for bit"),
        Ended.NO_FACTOR: _("no factor applies to this event"),
        Ended.NO_BETTER: _("no factor did better than placebo"),
        Ended.TOO_FEW: _("too few forks finished"),
        Ended.NO_EVENT: _("there is no such event"),
    }[ended]
