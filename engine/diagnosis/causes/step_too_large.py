"""Steps are longer than the curvature allows."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="step_too_large",
    text=N_("Steps are longer than the curvature allows: beyond 2/λ each one overshoots by more than it gains"),
    confirm=N_("With a third of the learning rate the same stretch is calm"),
    refute=N_("It happens at the same step with a tenth of the learning rate"),
    source="step_change edge thread_explosion",
    weights={
        K.DIVERGED: 0.55,
        K.OVERSHOOT: 0.6,
        K.LATE_RISE: 0.2,
        K.SPIKE: 0.15,
        K.STALLED: 0.2,
        K.FLUCTUATION: 0.2,
    },
    remedies=("lower_lr", "clip_norm", "warmup"),
    signals=(
        (s.is_sharp, 3.0),  # the limit 2/λ is reached, as the cause says
        (p.rate_jumped, 2.0),  # longer steps from here on; a raised rate itself is a cause of its own
        (s.is_overlong, 1.5),  # measured overshoot, which noise shows now and then as well
        (s.is_abrupt, 0.3),  # overshooting grows over several steps
        (s.had_learned, 0.5),  # a rate that is too large mostly shows early
        (p.grew_before_nan, 3.0),  # growth from step to step is how overshooting ends
        (p.grew_while_rate_rose, 2.0),  # a warm-up passed the stable rate
        (p.rate_is_huge, 3.0),  # above every published rate for the optimizer
        (p.rate_is_tiny, 0.02),  # below every published rate: steps are short
        (s.is_throughout, 0.2),  # one step at least must have been taken
    ),
    factors=("lr", "clip_norm", "clip_update"),
)
