"""The plotted value is the mean since the epoch began."""

from __future__ import annotations

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import NAMED, NAMED_OTHER, CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="running_mean",
    text=N_(
        "The plotted value is the mean since the epoch began: it restarts at the boundary, while the loss "
        "itself is smooth"
    ),
    confirm=N_("k·mₖ − (k−1)·mₖ₋₁ gives a per-step loss without jumps at the boundary"),
    refute=N_("The log contains the loss of each single step"),
    source="thread_epoch_spikes definition",
    weights={K.EPOCH_BOUNDARY: 0.4},
    remedies=("log_each_step",),
    signals=(
        (s.mechanism_is(Mechanism.RUNNING_MEAN), NAMED),
        (s.mechanism_is_not(Mechanism.RUNNING_MEAN), NAMED_OTHER),
        (s.setting_is("loss_logging", "running_mean"), 6.0),  # what the cause says
        (s.setting_is("loss_logging", "step", "ema"), 0.02),  # what refutes it
    ),
    factors=("loss_logging",),
    is_of_logging=True,
)
