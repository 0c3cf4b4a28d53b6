"""A reward stands beside the loss, which then is a policy's."""

from __future__ import annotations

from collections.abc import Iterator

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import measured
from engine.diagnosis.patterns import is_policy
from engine.diagnosis.remarks.base import RemarkKind
from engine.i18n import N_
from engine.remarks import Remark

CLEAR = 2.0  # scatters


def _find(facts: Facts) -> Iterator[Remark]:
    if not is_policy(facts):
        return
    rise = measured("reward_rise_scatters", facts)
    kind = POLICY_LOSS if rise is None or abs(rise) < CLEAR else REWARD_RISES if rise > 0 else REWARD_FALLS
    yield Remark(kind.value, facts.event.series, 0, facts.event.end, 0.9)


def _nothing(facts: Facts) -> Iterator[Remark]:
    yield from ()


POLICY_LOSS = RemarkKind(
    "policy_loss",
    N_("A reward stands beside {series}: judge that and not the loss of the policy. The reward is level so far"),
    _find,
)
REWARD_RISES = RemarkKind(
    "policy_loss_reward_rises",
    N_("A reward stands beside {series}: judge that and not the loss of the policy. The reward rises"),
    _nothing,
)
REWARD_FALLS = RemarkKind(
    "policy_loss_reward_falls",
    N_("A reward stands beside {series}: judge that and not the loss of the policy. The reward falls"),
    _nothing,
)
