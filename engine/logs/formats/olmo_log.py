"""Output of OLMo: a line with the step, then one line per metric."""

from __future__ import annotations

import re

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class OlmoLog(SignedTextLog):
    """``[step=10/739328,epoch=0]``, then ``    train/CrossEntropyLoss=10.9`` and others, indented."""

    name = "olmo_log"
    clues = ("[step=", "train/C")
    title = "OLMo"
    about = N_("a line with the step, then indented lines with one metric each")
    signature = pattern(
        r"\[step=\d+/\d+(?:,epoch=\d+(?:/\d+)?)?\]|^\s+train/(?:CrossEntropyLoss|CE loss)=", re.MULTILINE
    )
