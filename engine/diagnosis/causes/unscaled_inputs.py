"""Inputs on very different scales."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="unscaled_inputs",
    text=N_("Inputs on very different scales: one direction is so steep that any useful step is too long for it"),
    confirm=N_("With standardised inputs the same learning rate is stable"),
    refute=N_("The inputs have mean 0 and standard deviation 1 already"),
    source="conditioning step_change thread_explosion",
    weights={K.DIVERGED: 0.2, K.OVERSHOOT: 0.08, K.STALLED: 0.12},
    remedies=("standardize", "lower_lr"),
    signals=(
        (s.had_learned, 0.1),  # the inputs were the same before
        (s.setting_is("standardize", False), 4.0),  # what the cause needs
        (s.setting_is("standardize", True), 0.02),  # what refutes it
        (s.setting_is("data", "parabola"), 0.0),  # one direction only
        (s.is_throughout, 0.3),  # one step at least must have been taken
        (p.is_fine_tuning, 0.2),  # the inputs are prepared as they were for the trained weights
        (p.rate_is_tiny, 0.1),  # short steps are stable in steep directions too
    ),
    factors=("standardize", "lr"),
)
