"""The objective itself moves."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="moving_target",
    text=N_(
        "The objective itself moves, as in adversarial or reinforcement learning: its loss may rise while the "
        "result gets better"
    ),
    confirm=N_("The metric that matters (image quality, reward) improves meanwhile"),
    refute=N_("The targets of the loss are fixed"),
    source="gan",
    weights={K.LATE_RISE: 0.03, K.FLUCTUATION: 0.03, K.OVERSHOOT: 0.03, K.SPIKE: 0.03, K.DIVERGED: 0.03},
    remedies=("watch_the_goal",),
    signals=(
        (s.has_moving_target, 50.0),  # the names of the losses say so, against a share of .03
        (p.is_policy, 400.0),  # a policy's loss says little of its success; against a share of .03
    ),
)
