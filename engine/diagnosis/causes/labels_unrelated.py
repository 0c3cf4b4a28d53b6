"""Inputs and labels do not match."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="labels_unrelated",
    text=N_("Inputs and labels do not match, or the inputs do not contain the answer"),
    confirm=N_("The network cannot memorise ten samples"),
    refute=N_("A simple baseline, such as the nearest neighbour, does better than chance"),
    source="memorising thread_fluctuation",
    weights={K.STALLED: 0.2},
    remedies=("overfit_ten", "check_labels"),
    signals=(
        (s.is_at_chance, 1.5),  # no better than guessing, as at every start
        (s.setting_below("label_noise", 0.01), 0.5),  # labels are said to be right; inputs may still not tell
        (p.rate_is_tiny, 0.2),  # short steps explain it
        (p.never_moves, 0.2),  # fitting noise moves the loss
    ),
    factors=("label_noise",),
)
