"""A mini-batch unlike the others."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="unusual_batch",
    text=N_("A mini-batch unlike the others: wrong labels, corrupt or rare samples"),
    confirm=N_("The same samples give a high loss every time they are used"),
    refute=N_("Skipping the mini-batches around that step changes nothing"),
    source="skip_batches measured",
    weights={K.SPIKE: 0.35, K.DIVERGED: 0.06, K.OVERSHOOT: 0.06},
    remedies=("find_batch", "clip_norm", "skip_batches"),
    signals=(
        (s.setting_is("corrupt_batch", True), 6.0),  # such a mini-batch was put in
        (s.is_full_batch, 0.0),  # every step sees the same samples
        (s.is_small_batch, 1.5),  # few other samples outweigh a rare one
        (s.is_validation, 0.1),  # no mini-batch is drawn there
        (p.returns_slowly, 0.3),  # the next mini-batches are ordinary
        (p.rate_jumped, 0.3),  # a raised rate at the same place explains it
    ),
    factors=("skip_batches", "corrupt_batch", "label_noise"),
)
