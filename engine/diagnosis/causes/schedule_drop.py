"""The learning rate was lowered here."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="schedule_drop",
    text=N_("The learning rate was lowered here, and the weights stop bouncing and settle"),
    confirm=N_("The loss and the learning rate fall at the same place"),
    refute=N_("The learning rate is the same before and after"),
    source="schedule",
    weights={K.KICK_IN: 0.08},
    remedies=("wait",),
    signals=(
        (p.rate_dropped, 12.0),  # all but proof: both fall at one place
        (p.rate_did_not_drop, 0.02),  # the logged rate refutes it here
        (p.training_shows_nothing, 0.05),  # shorter steps settle the training loss first
        (p.rate_never_fell, 0.0),  # and everywhere
        (s.setting_is("schedule", "constant"), 0.0),  # the rate never changes
    ),
    met=(
        # The lab lowers the rate of one run in 36, and most logs do not show it; where the log shows that the rate or
        # the training loss did not fall there, it was not so, however alike the loss may look.
        (p.no_rate_dropped, 0.1),
        (p.training_shows_nothing, 0.1),
    ),
)
