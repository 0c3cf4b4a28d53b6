"""Delayed generalisation: validation improves long after the training samples were learned by heart."""

from __future__ import annotations

from engine.diagnosis import patterns as p
from engine.diagnosis import signals as s
from engine.diagnosis.causes.base import CauseEntry
from engine.events import EventKind as K
from engine.i18n import N_

CAUSE = CauseEntry(
    key="grokking",
    text=N_(
        "Delayed generalisation (grokking): the network first learned the training samples by heart; as its weights "
        "slowly shrink, mostly by weight decay, a simpler solution wins, which also holds for new data"
    ),
    confirm=N_(
        "Training accuracy is near 1 long before validation improves, and the norm of the weights falls until then"
    ),
    refute=N_("The training loss falls at the same place, or the learning rate was lowered there"),
    source="grokking omnigrok",
    weights={K.KICK_IN: 0.03, K.PLATEAU: 0.02},
    remedies=("stronger_decay", "more_data", "smaller_init", "log_weight_norm"),
    signals=(
        (s.unless(s.is_of_kind(K.KICK_IN, K.PLATEAU)), 0.0),  # it is a fall, and the stretch that ends in it
        (s.unless(s.is_validation), 0.0),  # training falls long before, so only held-out data show it
        (p.known_long_before, 40.0),  # what the cause says, and nothing else does; against a share of .03
        (p.knew_all_answers, 2.0),  # the training samples were known to the last one
        (p.training_falls_too, 0.0),  # what refutes it: nothing is delayed
        (p.rate_dropped, 0.005),  # a lowered rate at the same place explains it
    ),
    met=(
        # Hardly another fault of the lab lets a validation loss fall late, so that the fit takes any such fall for this
        # one; where people train it is rare, and not without what it says.
        (s.unless(p.known_long_before), 0.1),
        (p.rate_dropped, 0.01),  # which explains it, whatever the fit makes of the gap
    ),
)
