"""The gradient does not reach the weights."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="not_connected",
    text=N_("The gradient does not reach the weights: frozen, detached, or not passed to the optimizer"),
    confirm=N_("Weights are the same before and after a step"),
    refute=N_("Weight norm changes from step to step"),
    source="definition",
    weights={K.STALLED: 0.16},
    remedies=("check_gradients", "overfit_ten"),
    signals=(
        (p.never_moves, 8.0),  # what the cause foretells
        (p.gradient_is_zero, 6.0),  # nothing reaches the weights
        (p.rate_is_tiny, 0.3),  # short steps look alike
    ),
)
