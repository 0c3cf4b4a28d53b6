"""Predictions stay right but become overconfident."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="overconfident",
    text=N_("Predictions stay right but become overconfident: the loss of the few wrong ones grows"),
    confirm=N_("Validation accuracy holds while validation loss rises"),
    refute=N_("Validation accuracy falls with it"),
    source="regularisation",
    weights={K.OVERFITTING: 0.2},
    remedies=("early_stopping", "label_smoothing", "weight_decay"),
    signals=(
        (s.is_of_training, 0.0),  # only held-out data show it
        (p.accuracy_holds, 16.0),  # what the cause says; memorising too may leave answers right, against a share of .65
        (p.accuracy_falls_too, 0.3),  # what refutes it
    ),
)
