"""Steps are so short that progress is lost in the scatter."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="lr_too_small",
    text=N_("Steps are so short that progress is lost in the scatter"),
    confirm=N_("With three times the learning rate the loss falls sooner"),
    refute=N_("With three times the learning rate it is as flat, or unstable"),
    source="step_change measured",
    weights={K.PLATEAU: 0.15, K.STALLED: 0.12, K.KICK_IN: 0.05, K.FLUCTUATION: 0.03},
    remedies=("raise_lr", "use_adam"),
    signals=(
        (p.known_long_before, 0.05),  # training had long learned, so nothing held its weights up
        (s.run_has(K.OVERSHOOT, K.DIVERGED, K.LATE_RISE), 0.1),  # steps were too long elsewhere in the run
        (s.is_sharp, 0.05),  # at the limit the rate is as large as it can be
        (p.rate_is_tiny, 30.0),  # all but proof: what else is seen of such a run follows from it
        (p.settles_as_rate_drops, 0.02),  # shorter steps ended it
        (p.rate_has_decayed, 4.0),  # below 2 % of its peak
        (p.rate_is_huge, 0.05),  # above every published rate
        (p.never_moves, 0.5),  # short steps still move the loss in the last digits
    ),
    factors=("lr",),
)
