"""Bars with the mean over their epoch, which Keras erases and draws again below the messages of callbacks.

``ModelCheckpoint`` and others print between the last batch and the end of the epoch, where the results of validation
are added to the bar: what was drawn above the message is the same measurement. ``evaluate`` draws such a bar too, with
the count of its own batches and no line with an epoch above it.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.logs.text import without_terminal_codes
from engine.patterns import pattern

_BAR = pattern(r"[\s]{0,9}(\d{1,12})/(\d{1,12}) +(?:\[[=>.]{3,}+\]|[━ ]{3,}+)[^\r\n]{1,300}? - [\w ]{0,40}loss: ")
_SHORT = pattern(r"\s{0,9}(\d{1,12})/(\d{1,12}) - [^\r\n]{1,80}? - [\w ]{0,40}loss: ")
_EPOCH = pattern(r"Epoch \d{1,12}(?:/\d{1,12})?\s*$")
EVALUATES = "Evaluation"


def without_interrupted_bars(lines: Sequence[str]) -> tuple[list[str], int]:
    """The lines without bars that are drawn again below a message, and how many those were; evaluations are announced.

    Examples
    --------
    >>> one = "\\r12/12 ━━━━━ 0s 6ms/step - loss: 1.2"
    >>> without_interrupted_bars(["Epoch 1/2", one, "saving", f"{one} - val_loss: 1.1"])[0]
    ['Epoch 1/2', 'saving', '\\r12/12 ━━━━━ 0s 6ms/step - loss: 1.2 - val_loss: 1.1']
    """
    kept: list[str | None] = []
    above: int | None = None  # the place of a bar in the same epoch
    total, is_after_epoch, is_counted = "", False, False
    left_out = 0
    for line in lines:
        plain = without_terminal_codes(line.rpartition("\r")[2].strip("\b"))
        is_erased = "\r" in line or "\b" in line  # with a line for each draw, all of them are the course
        bar = _BAR.match(plain) if is_erased else None
        if _EPOCH.match(plain):
            is_after_epoch, is_counted, above = True, True, None
        elif bar is None and (short := _SHORT.match(plain)) is not None:
            total, is_after_epoch = short[2], False
        elif bar is not None:
            if above is not None and bar[2] == total:
                kept[above] = None
                left_out += 1
            elif is_counted and not is_after_epoch and bar[2] != total:
                kept.append(EVALUATES)
                line, above = line.rstrip("\b").rpartition("\r")[2], None
            if is_after_epoch or bar[2] == total:
                above, total = len(kept), bar[2]
            is_after_epoch = False
        kept.append(line)
    return [line for line in kept if line is not None], left_out
