"""Validation and training data come from different distributions."""

from __future__ import annotations

from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="different_data",
    text=N_("Validation and training data come from different distributions"),
    confirm=N_("A validation set split off from the training data shows no turn"),
    refute=N_("Both sets were drawn at random from the same data"),
    source="regularisation",
    weights={K.OVERFITTING: 0.1},
    remedies=("check_split",),
    signals=((s.is_of_training, 0.0),),  # only held-out data show it
)
