"""The learning rate was still warming up."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="warming_up",
    text=N_("The learning rate was still warming up"),
    confirm=N_("Progress begins as the learning rate reaches its full value"),
    refute=N_("The learning rate is constant during the plateau"),
    source="warmup",
    weights={K.PLATEAU: 0.08, K.KICK_IN: 0.05},
    remedies=("wait",),
    signals=(
        (p.known_long_before, 0.05),  # training had long learned, so nothing held its weights up
        (s.is_warming_up, 4.0),  # seen in the logged rate
        (p.sets_in_as_rate_grows, 10.0),  # what confirms it
        (p.rate_never_rose, 0.002),  # the logged rate refutes it
        (s.setting_is("schedule", "constant"), 0.0),  # there is no warm-up
    ),
    met=(
        # A warm-up takes some steps of a hundred, the lab's a third of a run and more, or it would not show. By a loss
        # alone a start with small weights looks the same.
        (p.is_flat_beyond_a_warm_up, 0.03),
    ),
)
