"""At each boundary every sample has been seen once more."""

from __future__ import annotations

from engine.detectors.epochs.mechanism import Mechanism
from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import NAMED, NAMED_OTHER, CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="seen_once_more",
    text=N_(
        "At each boundary every sample has been seen once more: the loss steps down there and drifts up "
        "within the epoch"
    ),
    confirm=N_("Drawing samples with replacement makes the steps disappear"),
    refute=N_("The network is too small to memorise single samples of these data"),
    source="sawtooth memorising thread_epoch_spikes",
    weights={K.EPOCH_BOUNDARY: 0.2, K.PLATEAU: 0.02, K.KICK_IN: 0.02},
    remedies=("watch_validation", "more_data", "weight_decay"),
    signals=(
        (s.mechanism_is(Mechanism.STEP), NAMED),
        (s.mechanism_is_not(Mechanism.STEP), NAMED_OTHER),
        (p.is_staircase, 200.0),  # all but proof, and of small share for plateaus and kick-ins
    ),
    factors=("lr", "beta2"),
    is_of_logging=True,
)
