"""Output of Megatron-LM and Megatron-DeepSpeed."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class MegatronLog(SignedTextLog):
    """``iteration 36/1000 | consumed samples: 36864 | … | lm loss: 1.368772E+01``, timings in lines between."""

    name = "megatron_log"
    clues = ("lm loss",)
    title = "Megatron-LM"
    about = N_("one line per iteration, separated by bars: consumed samples, learning rate, lm loss, grad norm")
    signature = pattern(r"iteration +\d+/ *\d+ \|.*\blm loss(?: \d)?: ")
