"""The verdict from the counts: which factor is named as the cause, and why none is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.experiments.claims import Claim, claim
from engine.experiments.records import Arm, Control, Ended, Stage, Verdict
from engine.experiments.statistics import ALPHA, LOOK_ALPHA, p_value
from engine.i18n import _


@dataclass(frozen=True)
class Decision:
    """The verdict, the factor named, and the reason if there is none."""

    verdict: Verdict
    top: str | None
    ended: Ended


def decide(
    arms: Sequence[Arm],
    control: Control | None,
    ended: Ended,
    tie: TieBreak,
    alpha: float,
) -> Decision:
    """Decide on the verdict: name the factor with the most clean forks if it beats placebo."""
    if claim(control) is Claim.NONE:
        return Decision(Verdict.INCONCLUSIVE, None, ended if control is None else Ended.NOT_REPRODUCED)
    confirmed = [a for a in arms if a.stage is Stage.CONFIRM and a.p is not None and a.p <= alpha]
    if not confirmed:
        return Decision(Verdict.INCONCLUSIVE, None, Ended.NO_BETTER if ended is Ended.COMPLETE else ended)
    return Decision(Verdict.CAUSE, tie.best(confirmed).factor, ended)


@dataclass(frozen=True)
class TieBreak:
    """Chooses among several factors that beat placebo.

    One that undoes a turn or a non-default setting precedes remedies that were not clean significantly more often
    (``docs/decisions/0005-what-was-undone-goes-first.md``); a limit, which only shortens steps, comes after one that
    removes the cause, again unless it was clean significantly more often (``docs/decisions/0006-limits-go-last.md``).
    Otherwise the larger difference to placebo wins; ties go to more progress, then to the order of the factors.

    Attributes
    ----------
    order : tuple of str
        Factors; the first wins ties.
    undoing, limits : frozenset of str
    """

    order: tuple[str, ...]
    undoing: frozenset[str] = frozenset()
    limits: frozenset[str] = frozenset()

    def best(self, arms: Sequence[Arm]) -> Arm:
        """The arm to name."""
        top = arms[0]
        for arm in arms[1:]:
            if self._beats(arm, top):
                top = arm
        return top

    def is_behind(self, arm: Arm, other: Arm) -> bool:
        """Whether an arm is not named before another, all of whose forks are clean, whatever its next forks do."""
        is_first = self._precedence(other) >= self._precedence(arm) and _gain(other) > _gain(arm)
        return is_first and other.count.share == 1.0 > arm.count.share

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
    """Progress rounded to a hundredth: losses that differ by less than 1 % are a tie."""
    return -math.inf if math.isnan(arm.progress) else round(arm.progress, 2)


def is_clear(arms: Sequence[Arm], alpha: float = LOOK_ALPHA) -> bool:
    """Whether the confirmation needs no more forks: a factor beats placebo, or none is ahead of it."""
    confirmed = [arm for arm in arms if arm.stage is Stage.CONFIRM and not arm.is_placebo]
    leads = [arm for arm in confirmed if arm.count.share - arm.placebo.share > 0.25]
    return not leads or any(arm.p is not None and arm.p <= alpha for arm in leads)


def is_shown(arms: Sequence[Arm], tie: TieBreak, alpha: float = LOOK_ALPHA) -> bool:
    """Whether every factor still in the confirmation beats placebo, or is behind one that does for good."""
    confirmed = [arm for arm in arms if arm.stage is Stage.CONFIRM and not arm.is_placebo]
    open_ones = [arm for arm in confirmed if arm.count.share > arm.placebo.share]
    shown = [arm for arm in open_ones if arm.p is not None and arm.p <= alpha]
    return bool(shown) and all(arm in shown or any(tie.is_behind(arm, other) for other in shown) for arm in open_ones)


def reason_text(ended: Ended) -> str:
    """Why a proof ended without a cause or early, as a sentence."""
    return {
        Ended.COMPLETE: "",
        Ended.CANCELLED: _("it was cancelled; finished forks are kept"),
        Ended.BUDGET: _("the time limit was reached; finished forks are kept"),
        Ended.WORKERS_LOST: _("the worker processes kept dying; finished forks are kept"),
        Ended.NOT_REPRODUCED: _("the unchanged fork did not repeat the event bit for bit"),
        Ended.NO_FACTOR: _("no factor applies to this event"),
        Ended.NO_BETTER: _("no factor did better than placebo"),
        Ended.TOO_FEW: _("too few forks finished"),
        Ended.NO_EVENT: _("there is no such event"),
    }[ended]
