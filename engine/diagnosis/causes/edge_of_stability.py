"""Training sharpened the curvature until this learning rate became too long for it."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="edge_of_stability",
    text=N_("Training sharpened the curvature until this learning rate became too long for it"),
    confirm=N_("The largest curvature is at its stability limit before the rise"),
    refute=N_("The largest curvature is well below its limit"),
    source="edge adaptive_edge catapult",
    weights={K.OVERSHOOT: 0.2, K.LATE_RISE: 0.25, K.FLUCTUATION: 0.1, K.SPIKE: 0.08},
    remedies=("lower_lr_when_good", "clip_norm", "plateau_schedule"),
    signals=(
        (s.is_sharp, 3.0),  # the curvature is at its limit, as the cause says
        (s.is_at_start, 0.3),  # sharpening takes time
        (s.had_learned, 1.5),  # and it comes with progress
        (p.rate_jumped, 0.2),  # the rate came to the curvature, not the curvature to the rate
    ),
    # The lab trains these with all samples at once, as few people do; each is also a step that is too long.
    met=((s.unless(s.is_full_batch), 0.5),),
    factors=("lr", "clip_norm"),
)
