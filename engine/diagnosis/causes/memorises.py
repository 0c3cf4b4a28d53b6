"""The network goes on to learn peculiarities of the training samples."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="memorises",
    text=N_("The network goes on to learn peculiarities of the training samples"),
    confirm=N_("More data or stronger regularisation delays the turn"),
    refute=N_("Training loss is no longer falling"),
    source="regularisation memorising",
    weights={K.OVERFITTING: 0.65},
    remedies=("early_stopping", "weight_decay", "more_data", "dropout"),
    signals=(
        (s.is_of_training, 0.0),  # only held-out data show it
        (p.accuracy_falls_too, 2.0),  # answers get worse, not only surer
    ),
    # The lab counts both as right where answers stay right, so the fit names the wider one; that they only become surer
    # says more there.
    met=((p.accuracy_holds, 0.5),),
)
