"""The step is too long to settle."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="step_noise",
    text=N_("The step is too long to settle: weights bounce around the minimum instead of approaching it"),
    confirm=N_("With a tenth of the learning rate the scatter falls about tenfold"),
    refute=N_("The scatter is the same with a tenth of the learning rate"),
    source="batch_edge schedule measured",
    weights={K.FLUCTUATION: 0.3, K.PLATEAU: 0.01},
    remedies=("lower_lr", "plateau_schedule", "clip_update"),
    signals=(
        (s.setting_is("optimizer", "rmsprop"), 2.0),  # its steps stay as long as gradients shrink
        (s.is_full_batch, 2.5),  # no sampling noise is left to explain it
        (s.is_sharp, 2.0),  # at the limit it bounces from wall to wall
        (p.scatter_follows_rate, 6.0),  # what the cause foretells, seen as the schedule went down
        (
            p.settles_as_rate_drops,
            200.0,
        ),  # all but proof: it ended with the long steps
        (p.scatter_ignores_rate, 0.3),  # what refutes it
        (p.rate_is_tiny, 0.05),  # short steps do not bounce
    ),
    factors=("lr",),
)
