"""The gradient jumped at a cliff of the loss."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="gradient_cliff",
    text=N_("The gradient jumped at a cliff of the loss, and the step jumped with it"),
    confirm=N_("Gradient norm jumps several-fold in the last one or two steps before the rise"),
    refute=N_("Clipping the gradient or the update does not change the rise"),
    source="measured gradient_clipping thread_late_rise",
    weights={K.LATE_RISE: 0.4, K.SPIKE: 0.15, K.DIVERGED: 0.08, K.OVERSHOOT: 0.06},
    remedies=("clip_norm", "lower_lr_when_good", "clip_update", "plateau_schedule"),
    signals=(
        (s.setting_is("optimizer", "adam", "adamw"), 1.5),  # momentum carries the jump on, and √v follows it late
        (s.setting_is("optimizer", "sgd", "rmsprop"), 0.5),  # no momentum carries it on
        (s.had_learned, 2.0),  # cliffs lie in narrow valleys, which are found late
        (s.gradient_jumped, 1.5),  # needed, but every rise of the loss raises the gradient
        (s.gradient_did_not_rise, 0.3),  # without a jump there is no cliff
        (p.rate_jumped, 0.2),  # a rate that was raised here explains the long step without a cliff
        (p.returns_slowly, 0.5),  # one long step is made good soon
    ),
    factors=("clip_norm", "clip_update", "lr"),
)
