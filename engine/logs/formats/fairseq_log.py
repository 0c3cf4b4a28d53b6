"""Output of fairseq, as JSON after a prefix or with bars."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class FairseqLog(SignedTextLog):
    """``[train_inner][INFO] - {"epoch": 1, "loss": "12.3"}`` or ``| epoch 001: 10 / 100 loss=12.3, nll_loss=…``."""

    name = "fairseq_log"
    clues = ("epoch", "[INFO] - {")
    title = "fairseq"
    about = N_("training and “valid on” lines, with bars or as JSON after a prefix")
    signature = pattern(r"\[train(?:_inner)?\]\[INFO\] - \{|\| (?:train(?:_inner)? \| )?epoch \d{3,}(?: \||:)")
