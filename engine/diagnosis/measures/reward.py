"""A reward or KL column beside a policy loss: then the loss says little, and the reward decides."""

from __future__ import annotations

import re

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import SCATTERS, Measure
from engine.diagnosis.points import finite, scatter
from engine.patterns import pattern
from engine.series import REWARD, plainest
from engine.table import Floats

KL = pattern(r"(?<![a-z])(kl|approx_kl|kl_div|kl_penalty)(?![a-z])", re.I)


def _values(facts: Facts, pattern: re.Pattern[str]) -> Floats:
    name = plainest(facts.run.table.columns, pattern)
    return np.empty(0) if name is None else facts.values(name, 0, len(facts.run.table) - 1)


def reward_rise(facts: Facts) -> float | None:
    """(median of the last fifth of the rewards − of the first) ÷ scatter."""
    rewards = finite(_values(facts, REWARD))
    spread = scatter(rewards)
    if len(rewards) < 8 or not spread:
        return None
    part = max(3, len(rewards) // 5)
    return float((np.median(rewards[-part:]) - np.median(rewards[:part])) / spread)


def follows_kl(facts: Facts) -> float | None:
    """The correlation of the loss with the KL column."""
    kl = _values(facts, KL)
    losses = facts.values(facts.event.series, 0, len(facts.run.table) - 1)
    if len(kl) != len(losses) or len(kl) < 8:
        return None
    both = np.isfinite(kl) & np.isfinite(losses)
    if np.count_nonzero(both) < 8 or not np.std(kl[both]) or not np.std(losses[both]):
        return None
    return float(np.corrcoef(kl[both], losses[both])[0, 1])


REWARD_RISE = Measure(
    "reward_rise_scatters",
    "Rise of the reward",
    "(median of the last fifth of the rewards − of the first fifth) ÷ scatter",
    "above 0, the policy gets better, whatever its loss does; far below 0, it collapses",
    SCATTERS,
    reward_rise,
    "gan",
)
FOLLOWS_KL = Measure(
    "loss_with_kl_correlation",
    "How the loss follows the KL divergence",
    "correlation of L with the column of the KL divergence",
    "near 1, the loss is little more than its KL term, and its rise is the policy leaving its reference",
    "",
    follows_kl,
    "gan",
)
