"""Dropout draws a new part of the network at each step."""

from __future__ import annotations

from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="dropout_noise",
    text=N_("Dropout draws a new part of the network at each step, and the training loss scatters with it"),
    confirm=N_("Evaluated without dropout, the same weights give a smooth loss"),
    refute=N_("There is no dropout"),
    source="regularisation",
    weights={K.FLUCTUATION: 0.04},
    remedies=("evaluate_without_dropout",),
    signals=(
        (s.setting_is("dropout", 0.0, 0), 0.0),  # there is none
        (s.setting_below("dropout", 1.0), 1.5),  # there is some: how much it scatters is not said
    ),
)
