"""The learning rate changes at the end of the epoch."""

from __future__ import annotations

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import NAMED, NAMED_OTHER, CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="epoch_schedule",
    text=N_("The learning rate changes at the end of the epoch"),
    confirm=N_("The learning rate changes in steps at the same places"),
    refute=N_("The learning rate is constant across the boundary"),
    source="schedule",
    weights={K.EPOCH_BOUNDARY: 0.05},
    remedies=("schedule_by_step",),
    signals=(
        (s.mechanism_is(Mechanism.STEP, Mechanism.SPIKE), NAMED),
        (s.mechanism_is_not(Mechanism.STEP, Mechanism.SPIKE), NAMED_OTHER),
        (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
        (p.rate_dropped, 8.0),  # the logged rate changes at the boundary
        (p.rate_jumped, 8.0),  # the same, upwards
        (p.rate_stayed, 0.05),  # the logged rate refutes it
    ),
)
