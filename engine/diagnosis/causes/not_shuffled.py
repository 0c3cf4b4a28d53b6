"""The samples come in the same order in every epoch."""

from __future__ import annotations

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import NAMED, NAMED_OTHER, CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="not_shuffled",
    text=N_("The samples come in the same order in every epoch, so the same stretch of the curve repeats"),
    confirm=N_("The curve of one epoch resembles that of the epoch before"),
    refute=N_("A new order is drawn in every epoch"),
    source="shuffling thread_epoch_spikes",
    weights={K.EPOCH_BOUNDARY: 0.2},
    remedies=("shuffle",),
    signals=(
        (s.mechanism_is(Mechanism.REPEATED_ORDER), NAMED),
        (s.mechanism_is_not(Mechanism.REPEATED_ORDER), NAMED_OTHER),
        (s.setting_is("shuffle", False), 5.0),  # what the cause says
        (s.setting_is("shuffle", True), 0.02),  # what refutes it
    ),
    factors=("shuffle",),
)
