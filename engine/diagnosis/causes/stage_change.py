"""A new stage of training begins here."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="stage_change",
    text=N_(
        "A new stage of training begins here: layers were unfrozen, or data, objective or augmentation were changed"
    ),
    confirm=N_("The script or the settings change at the same place"),
    refute=N_("The same code, data and trainable weights run before and after"),
    source="definition",
    weights={K.SPIKE: 0.01, K.OVERSHOOT: 0.01, K.LATE_RISE: 0.01, K.DIVERGED: 0.005},
    remedies=("warm_up_stage", "lower_lr"),
    signals=(
        (p.returns_slowly, 30.0),  # a new task is learned over many steps; against a share of .01
        (p.shows_in_other_loss, 2.0),  # data or objective changed for all losses
        (p.rate_jumped, 0.3),  # a raised rate at the same place explains it, though stages bring new rates
    ),
    factors=("lr",),
)
