"""Gradients are smaller than the optimizer's ε."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="eps_dominates",
    text=N_("Gradients are smaller than the optimizer's ε, so it does not scale them up and hardly moves"),
    confirm=N_("RMS of a layer's gradient divided by ε is below 1"),
    refute=N_("With ε a million times smaller the plateau is as long"),
    source="measured adam",
    weights={K.PLATEAU: 0.06, K.STALLED: 0.12},
    remedies=("lower_eps", "kaiming_init"),
    signals=(
        (s.setting_is("optimizer", "sgd", "momentum"), 0.0),  # no ε
        (s.setting_below("eps", 1e-12), 0.02),  # below any gradient that moves a weight
        (s.setting_is("init", "normal"), 2.0),  # small gradients at the start
        (p.rate_is_tiny, 0.2),  # short steps explain it without ε
        (p.is_fine_tuning, 0.2),  # gradients of trained networks are seldom that small
    ),
    factors=("eps", "init"),
)
