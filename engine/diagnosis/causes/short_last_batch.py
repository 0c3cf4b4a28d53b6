"""The last mini-batch of the epoch is smaller than the others."""

from __future__ import annotations

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import NAMED, NAMED_OTHER, CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="short_last_batch",
    text=N_("The last mini-batch of the epoch is smaller than the others"),
    confirm=N_("Only the last step of each epoch stands out"),
    refute=N_("The number of samples is a multiple of the batch size, as it always is at batch size 1"),
    source="thread_epoch_spikes measured",
    weights={K.EPOCH_BOUNDARY: 0.2},
    remedies=("drop_last", "mean_reduction"),
    signals=(
        (s.mechanism_is(Mechanism.LAST_BATCH, Mechanism.SPIKE), NAMED),
        (s.mechanism_is_not(Mechanism.LAST_BATCH, Mechanism.SPIKE), NAMED_OTHER),
        (s.setting_is("reduction", "sum_over_nominal"), 4.0),  # the last loss is too small by the missing samples
        (s.setting_is("drop_last", True), 0.02),  # there is no short one
        (s.setting_is("batch_size", 1, "full"), 0.0),  # these divide every number of samples
    ),
    factors=("drop_last", "reduction"),
    is_of_logging=True,
)
