"""Output of Caffe's solver."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.signed_text import SignedTextLog
from engine.patterns import pattern


class CaffeLog(SignedTextLog):
    """``solver.cpp:228] Iteration 100, loss = 0.69``, then a line for each output of the training or test net."""

    name = "caffe_log"
    clues = ("solver.cpp:",)
    title = "Caffe"
    about = N_("the solver's lines: Iteration, loss, outputs of the training and the test net")
    signature = pattern(r"solver\.cpp:\d+\] +(?:Iteration \d+|(?:Train|Test) net output)")
