"""The network fell back to one constant answer."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="one_answer",
    text=N_(
        "The network fell back to one constant answer, as overlap losses such as Dice do when every pixel is "
        "called background"
    ),
    confirm=N_("The predictions are the same for every input"),
    refute=N_("The predictions still differ from input to input"),
    source="definition",
    weights={K.LATE_RISE: 0.01, K.OVERSHOOT: 0.01, K.DIVERGED: 0.01},
    remedies=("lower_lr_when_good", "clip_norm", "plateau_schedule"),
    signals=(
        # Met with overlap losses, below 1; the lab makes it as often as what is met everywhere, with many other losses.
        (p.exceeds_one, 0.03),
        (p.still_knows_much, 0.02),  # one answer is right no more often than before anything was learned
        (p.is_back_at_zero, 150.0),  # all but proof: back at the level of nothing learned, against a share of .01
    ),
    met=((p.exceeds_one, 0.3),),  # of how seldom it is met the pooled score counts only half
    factors=("lr", "clip_norm"),
)
