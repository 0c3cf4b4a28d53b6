"""The network has learned what it can from these data at this learning rate."""

from __future__ import annotations

from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="nothing_left",
    text=N_("The network has learned what it can from these data at this learning rate"),
    confirm=N_("A lower learning rate or a larger network brings the loss down further"),
    refute=N_("The loss is still at its first value"),
    source="schedule",
    weights={K.PLATEAU: 0.2},
    remedies=("plateau_schedule", "larger_network"),
    signals=(
        (s.is_at_start, 0.05),  # nothing was learned yet
    ),
)
