"""Output of Megatron-LM and Megatron-DeepSpeed."""

from __future__ import annotations

import re

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog


class MegatronLog(SignedTextLog):
    """``iteration 36/1000 | consumed samples: 36864 | … | lm loss: 1.368772E+01``, timings in lines between."""

    name = "megatron_log"
    title = "Megatron-LM"
    about = N_("one line per iteration, separated by bars: consumed samples, learning rate, lm loss, grad norm")
    signature = re.compile(r"iteration +\d+/ *\d+ \|.*\blm loss(?: \d)?: ")
