"""Each step sees few samples."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="small_batch_noise",
    text=N_("Each step sees few samples, so loss and gradient scatter from mini-batch to mini-batch"),
    confirm=N_("With four times the batch size the scatter of the loss halves"),
    refute=N_("With all samples in every step the curve fluctuates as much"),
    source="noise_scale thread_fluctuation",
    weights={K.FLUCTUATION: 0.5, K.SPIKE: 0.08},
    remedies=("bigger_batch", "lower_lr", "smooth_the_plot"),
    signals=(
        (s.is_full_batch, 0.0),  # nothing is drawn
        (s.is_small_batch, 1.6),  # scatter goes with 1/√batch size
        # Under RMSprop the epoch curve was measured to swing as much with all samples as with two.
        (s.setting_is("optimizer", "rmsprop"), 0.5),
        (p.scatter_ignores_rate, 2.0),  # drawing samples does not depend on the rate
        (p.scatter_follows_rate, 0.4),  # bouncing does
    ),
    factors=("batch_size",),
)
