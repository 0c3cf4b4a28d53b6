"""Near the minimum the optimizer's denominator shrank with the gradients."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="small_denominator",
    text=N_(
        "Near the minimum the optimizer's denominator shrank with the gradients, so the next ordinary "
        "gradient made far too long a step"
    ),
    confirm=N_(
        "√v falls for hundreds of steps before, and the update (without the learning rate) climbs to its ceiling"
    ),
    refute=N_("√v is level or growing before the event"),
    source="adam_spikes update_clipping measured thread_fluctuation",
    weights={K.SPIKE: 0.2, K.LATE_RISE: 0.09, K.FLUCTUATION: 0.12},
    remedies=("clip_update", "use_adam", "plateau_schedule", "raise_eps"),
    signals=(
        (s.setting_is("optimizer", "rmsprop"), 3.0),  # its step has no momentum to average it
        (s.setting_is("optimizer", "adam", "adamw"), 2.0),  # divides by √v
        (s.setting_is("optimizer", "sgd", "momentum"), 0.0),  # no denominator
        (p.rate_is_tiny, 0.1),  # the update is at most rate × ceiling
        (s.is_update_large, 2.0),  # the update climbed towards its ceiling
        (s.denominator_fell, 3.0),  # what confirms it
    ),
    factors=("clip_update", "eps", "lr"),
)
