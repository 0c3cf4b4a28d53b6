"""What else stands in the log: the role of the series, moving objectives, a restart, other events."""

from __future__ import annotations

from collections.abc import Callable

from engine.diagnosis.facts import Facts
from engine.diagnosis.measures.base import Measure
from engine.events import EventKind
from engine.series import has_reward, is_adversarial

K = EventKind
KINDS = (
    K.DIVERGED,
    K.OVERSHOOT,
    K.LATE_RISE,
    K.SPIKE,
    K.EPOCH_BOUNDARY,
    K.PLATEAU,
    K.KICK_IN,
    K.FLUCTUATION,
    K.OVERFITTING,
    K.STALLED,
)


def is_moving(facts: Facts) -> float:
    """Whether a loss is named as in adversarial or reinforcement learning."""
    return float(any(is_adversarial(name) for name in (facts.event.series, *(s.name for s in facts.run.series))))


def has_rewards(facts: Facts) -> float:
    """Whether rewards are logged."""
    return float(has_reward(facts.run.table.columns))


def _has(kind: EventKind) -> Callable[[Facts], float]:
    return lambda facts: float(facts.has_other(kind))


MEASURES = (
    Measure(
        "is_validation",
        "Validation loss",
        "whether the series is a validation loss",
        "no mini-batch is drawn there, and no step is made",
        "",
        lambda facts: float(facts.is_validation),
    ),
    Measure(
        "is_adversarial",
        "Adversarial or policy loss",
        "whether a loss is named after a generator, a discriminator, a policy or a value",
        "the objective itself moves",
        "",
        is_moving,
        "gan",
    ),
    Measure("has_reward", "Rewards beside it", "whether rewards are logged", "the reward decides", "", has_rewards),
    Measure(
        "is_resumed",
        "Restart at the onset",
        "whether the steps go back or jump shortly before the onset",
        "the run was resumed here",
        "",
        lambda facts: float(facts.resumed),
    ),
    *(
        Measure(
            f"has_{kind.value}",
            f"Another event: {kind.value.replace('_', ' ')}",
            "whether the run has one",
            "what comes with it",
            "",
            _has(kind),
        )
        for kind in KINDS
    ),
)
