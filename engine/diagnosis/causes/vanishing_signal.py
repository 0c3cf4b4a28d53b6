"""With these initial weights the difference between samples fades from layer to layer."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="vanishing_signal",
    text=N_(
        "With these initial weights the difference between samples fades from layer to layer, and it grows "
        "unseen until the output can tell them apart"
    ),
    confirm=N_("Gradient of the first layer grows tenfold while the loss is still flat"),
    refute=N_("With Kaiming initialisation the plateau is as long"),
    source="depth_scale kaiming measured thread_kick_in",
    weights={K.PLATEAU: 0.35, K.KICK_IN: 0.45, K.STALLED: 0.2},
    remedies=("kaiming_init", "batch_norm", "larger_init"),
    signals=(
        (p.known_long_before, 0.05),  # training had long learned, so nothing held its weights up
        (s.setting_is("init", "normal"), 2.5),  # weights of one scale for all widths
        (s.setting_is("init", "kaiming"), 0.1),  # made so that the signal keeps its size
        (s.setting_is("normalization", "batch"), 0.05),  # restores the scale in every layer
        (s.is_at_start, 1.5),  # it is a matter of the first weights
        (s.is_at_chance, 1.5),  # the output does not depend on the input yet
        (p.rate_is_tiny, 0.05),  # short steps explain it without the weights
        (p.settles_as_rate_drops, 0.05),  # shorter steps ended it
        (p.is_fine_tuning, 0.05),  # the weights are not initial
        (p.is_staircase, 0.1),  # flat within epochs only
        (p.never_moves, 0.2),  # a faded gradient still moves the loss in the last digits
    ),
    factors=("init", "normalization"),
)
