"""The last mini-batch of an epoch is much smaller than the others and pulls as strongly."""

from __future__ import annotations

from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="short_last_batch_noise",
    text=N_("The last mini-batch of an epoch is much smaller than the others and pulls as strongly"),
    confirm=N_("Without the last mini-batch the scatter falls"),
    refute=N_("The number of samples is a multiple of the batch size"),
    source="measured",
    weights={K.FLUCTUATION: 0.06},
    remedies=("drop_last",),
    signals=(
        (s.setting_is("drop_last", True), 0.0),  # there is no short one
        (s.is_full_batch, 0.0),  # there is one mini-batch only
    ),
    factors=("drop_last",),
)
