"""Progress output of Keras."""

from __future__ import annotations

import re

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class KerasProgress(SignedTextLog):
    """``19136/39256 [=====>....] - ETA: 11:21 - loss: 1.6243``: losses are means over the epoch so far."""

    name = "keras_progress"
    clues = ("loss: ",)
    title = N_("Keras progress output")
    about = N_("the bars and lines that fit() prints; losses are running means over the epoch")
    signature = pattern(r"^\s*\d+/\d+ +(?:\[[=>.]+\]|[━\x20]+) .{0,60}?-? ?\w*loss: ", re.MULTILINE)
    loss_logging = "running_mean"
