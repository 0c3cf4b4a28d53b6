"""A flat stretch of the loss."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="flat_region",
    text=N_("A flat stretch of the loss, such as the neighbourhood of a saddle point"),
    confirm=N_("Gradient norm is small during the plateau and grows towards its end"),
    refute=N_("Gradient norm is as large as during progress"),
    source="saddle thread_kick_in",
    weights={K.PLATEAU: 0.2, K.KICK_IN: 0.25},
    remedies=("wait", "use_adam", "raise_lr"),
    signals=(
        (p.known_long_before, 0.05),  # training had long learned, so nothing held its weights up
        (p.rate_is_tiny, 0.1),  # short steps make every stretch flat
        (p.settles_as_rate_drops, 0.05),  # shorter steps ended it, and do not lead out of a flat stretch
        (p.is_staircase, 0.1),  # flat within epochs only
    ),
    factors=("lr",),
)
