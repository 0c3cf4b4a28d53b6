"""The run was resumed here without its optimizer state."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="resumed",
    text=N_("The run was resumed here without its optimizer state, learning rate or data order"),
    confirm=N_("The step count goes back or jumps at the same place"),
    refute=N_("The run continued without interruption"),
    source="definition",
    weights={K.SPIKE: 0.01, K.OVERSHOOT: 0.01, K.LATE_RISE: 0.01, K.DIVERGED: 0.01},
    remedies=("save_optimizer",),
    signals=(
        (s.was_resumed, 150.0),  # all but proof: the step count says so, against a share of .01
        (s.setting_is("resumed", True), 10.0),  # it is said, but not where
        (s.setting_is("resumed", False), 0.02),  # it is said not to be
        (s.keeps_its_state, 0.001),  # demos are resumed with all of it
        (p.was_paused, 20.0),  # clock times show a gap, which a busy machine makes too
        (p.returns_slowly, 50.0),  # moments and weights of before must be learned again; against a share of .01
        (p.rate_jumped, 0.1),  # a raised rate at the same place explains it
    ),
    # The lab resumes as often as it does anything else; most runs go through, and who resumed one often knows.
    met=((s.unless(s.was_resumed, s.setting_is("resumed", True)), 0.8),),
)
