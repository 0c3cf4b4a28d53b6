"""``training.log`` of Flair."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class FlairLog(SignedTextLog):
    """``epoch 1 - iter 14/149 - loss 0.49126513``: losses are means over the epoch so far."""

    name = "flair_log"
    clues = (" - iter ",)
    title = "Flair training.log"
    about = N_("a line per tenth of an epoch with its running mean loss; DEV and TEST after each epoch")
    signature = pattern(r"epoch \d+ - iter \d+/\d+ - loss ")
    loss_logging = "running_mean"
