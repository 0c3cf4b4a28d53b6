"""Splits printed output into the lines that a terminal would have left, with each draw of a progress bar once.

A bar is drawn again and again on one line, with carriage returns or backspaces between the draws. tqdm draws when the
numbers beside the bar change and again when the bar moves on, so that the same loss stands twice at the turn of the
count; what is drawn twice was measured once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.logs.erased_bars import without_interrupted_bars
from engine.logs.names import Likeness, likeness, words
from engine.logs.pairs import STEPS_OF_MEAN, pairs
from engine.logs.text import without_terminal_codes
from engine.patterns import pattern
from engine.series import Role, role_of
from engine.values import dataclass

_DRAWS = pattern(r"[\r\b]+")
# Possessive, and from the first digit only, so that a long run of digits is gone through once.
_COUNT = pattern(r"(?<!\d)(\d++)\s*/\s*(\d++)(?![\d.]*+\s*(?:it|s|ms|step)\b)")
_BAR = pattern(r"(?<!\d)\d++%\s*\|?[^|\[\]]*\|?|[━╸╺╴─=>.#█▏▎▍▌▋▊▉]{3,}")
# Beside a bar of Keras, with an arrow before its version 3, stands the mean over the epoch so far; Paddle's bar looks
# the same but for the word before it, and shows the loss of a mini-batch.
_OF_BATCHES = pattern(r"\bstep +\d{1,12}/\d{1,12} \[")
_MEANS = pattern(r"(?<!\d)\d++/\d++ +(?:\[[=>.]{3,}+\]|[━ ]{3,}+)[^\r\n]{1,300}? - loss: ")
# Another stream wrote behind a bar that was not at its end: 5%|# | 1/20 [00:01<00:20, 1.0it/s]{'loss': 1.9}.
_GLUED = pattern(r"(\[\d[\d:]{3,9}<[^\]\r\n]{1,300}\])(?= ?[\w{<])")
_DECIMAL = pattern(r"(?:(?<!\d)\d++)?\.\d+(?:e[-+]?\d+)?|nan|inf")
_SIGNS_OF_A_BAR = ("it/s", "s/it", "%|", "/step")
_MOVE_UP = "\x1b[A"  # tqdm goes back up from a bar that is below another
# With fewer lines of erased draws than this, the draws are all that is known of the course.
FEWEST_ERASED_LINES = 3
LEAST_CHANGES = 2
FEWEST_BARE = 2


Losses = tuple[tuple[str, float | str], ...]


@dataclass(frozen=True)
class _Draw:
    """One draw of a bar: its text, which bar it is, how far it is, and the losses beside it."""

    text: str
    bar: tuple[str, str]
    count: int
    losses: Losses
    steps: str  # of which its losses are means, where it says so

    @property
    def total(self) -> int:
        """The count at its end."""
        return int(self.bar[1][:18])


class DrawnLines:
    """Converts text, fed in any portions of whole lines, to lines without redraws.

    Attributes
    ----------
    left_out : int
        Number of draws that show no loss of their own.

    Examples
    --------
    >>> drawn_lines("0/9, loss=3\\r0/9, loss=2\\r1/9, loss=2\\r1/9, loss=1\\ndone")
    ['0/9, loss=3', '0/9, loss=2', '1/9, loss=1', 'done']
    """

    def __init__(self) -> None:
        self.left_out = 0
        self._draws: list[_Draw] = []  # of the bar at its count, held back until it moves on
        self._before: Losses = ()  # the losses that the bar showed last at the count before
        self._doubles = 0  # draws with other losses at the same count
        self._is_ahead = False  # whether the bar shows a loss before it has moved, so that its end shows no new one
        self._changes = 0  # counts at which the loss was another than at the count before
        self._paused: _Draw | None = None  # the last draw before a line that is no bar
        self._shown: Losses = ()  # the losses that any bar showed last
        self._steps = ""  # of which the losses shown last are means
        self._is_carried = False  # whether the bar began with those of the bar before it
        self._bare = 0  # draws without losses since the beginning, of bars that were not at their end
        self._is_of_epochs = False  # whether losses come at the end of a bar, and stand beside all of the next one
        self._ended = 0  # lines whose last draw says the loss of an epoch
        self._groups = self._crowded = 0  # the counts that the bar has left, and those with more losses than it moved

    def lines_of(self, text: str) -> Iterator[str]:
        """Yield the lines of a text; the last draws of a bar come with the portion after them."""
        text = _GLUED.sub("\\1\n", text) if "it/s" in text or "s/it" in text else text
        if not self._draws and not _has_draws(text):
            yield from text.replace("\r\n", "\n").replace("\x0b", "\n").replace("\x0c", "\n").split("\n")
            return
        lines = [line.rstrip("\r") for line in re.split(r"[\n\x0b\x0c]", text)]
        self._ended += sum(map(_is_erased, lines))
        if "/step" in text:
            lines, count = without_interrupted_bars(lines)
            self.left_out += count
        for line in lines:
            if "\r" not in line and "\b" not in line:
                yield from self._line(line)
                continue
            draws = [part for part in _DRAWS.split(line) if part]
            if self._ended >= FEWEST_ERASED_LINES and _is_erased(line):
                self.left_out += len(draws) - 1
                draws = draws[-1:]
            for draw in draws:
                yield from self._segment(draw)

    def finish(self) -> list[str]:
        """The draws that were held back, since there are no more lines."""
        self._paused = self._draws[-1] if self._draws else self._paused
        ended = self._draws[-1] if self._draws else None
        settled = [] if self._ends_with_redraw() else self._settle(0)
        self._before = ()
        return settled if settled or ended is None or ended.count != ended.total else _without_losses(ended)

    def _ends_with_redraw(self) -> bool:
        """Whether the bar is held back at its end with the loss that it showed one count before, drawn ahead."""
        if not (self._is_ahead and self._changes >= LEAST_CHANGES and self._draws):
            return False
        last = self._draws[-1]
        if str(last.count) != last.bar[1] or any(draw.losses != self._before for draw in self._draws):
            return False
        self.left_out += len(self._draws)
        self._draws = []
        return True

    def _line(self, line: str) -> list[str]:
        if is_bar(line) or (self._is_of_epochs and not without_terminal_codes(line).strip()):
            return self._segment(line)
        return [*self.finish(), line]

    def _segment(self, text: str) -> list[str]:
        draw, last = _draw(text), self._draws[-1] if self._draws else None
        if _MOVE_UP in text and (draw is None or not draw.losses) and _is_below(text):
            return [text]  # the bar of the batches, below that of the epochs, which goes on
        if draw is None or not draw.losses:
            self._bare += draw is not None and 0 < draw.count < draw.total
            return [text] if self._is_of_epochs else [*self.finish(), text]
        if self._repeats_the_bar_before(draw):
            self.left_out += 1
            return []
        self._shown = draw.losses
        if last is None or last.bar != draw.bar:
            before = last.losses if last is not None and self._is_carried else ()
            settled = self.finish()
            paused = self._paused
            if last is None and paused is not None and paused.bar == draw.bar and _goes_on(paused, draw):
                before = paused.losses  # a line stood between, as that of an evaluation
            self._before = before
            self._is_ahead = draw.count == 0
            self._changes = 0
        elif last.count != draw.count:
            settled = self._settle(draw.count - last.count)
            self._before = last.losses
            self._changes += draw.losses != last.losses
        else:
            settled = []
        self._draws.append(draw)
        return settled

    def _repeats_the_bar_before(self, draw: _Draw) -> bool:
        """Whether a draw shows what the last bar showed at its end, as Lightning does until there is something new.

        NumPyro shows a mean until the next one, and says of which steps it is.
        """
        if not self._shown:
            self._is_of_epochs = self._bare >= FEWEST_BARE and draw.count == draw.total
        elif draw.count < draw.total and draw.losses != self._shown:
            self._is_of_epochs = False
        is_same = draw.losses == self._shown
        if draw.steps:
            is_again, self._steps = is_same and draw.steps == self._steps, draw.steps
            return is_again
        self._is_carried = (is_same and draw.count == 0 and not self._is_ahead) or (self._is_carried and draw.count > 0)
        return is_same and draw.count < draw.total and (self._is_of_epochs or (self._is_carried and draw.count == 0))

    @property
    def _is_crowded(self) -> bool:
        """Whether the bar counts something larger than what has a loss, so that equal losses are several."""
        return self._crowded > max(2, self._groups // 2)

    def _settle(self, moved: int) -> list[str]:
        """The draws at one count that show losses of their own, where the bar then moved on by so many."""
        runs: list[list[_Draw]] = []
        for draw in self._draws:
            if runs and (runs[-1][-1].losses == draw.losses or _completes(runs[-1][-1], draw)):
                runs[-1].append(draw)
            else:
                runs.append([draw])
        self._doubles += max(0, len(runs) - 1)
        if self._is_of_epochs:
            runs = runs[-1:]
        elif self._doubles and runs and runs[0][0].losses == self._before:
            # The bar has moved on and shows what it showed before; a further draw of the same may be the next loss.
            del runs[0][0]
            if not runs[0] or (len(runs) > moved and not self._is_crowded):
                del runs[0]
        drawn = len(self._draws)
        self._draws = []
        if moved > 0:
            self._groups += 1
            self._crowded += len(runs) > moved
        spare = moved - len(runs) if self._doubles else 0
        if moved and self._doubles and self._is_crowded:
            spare = sum(map(len, runs))
        lines = []
        for run in runs:
            kept = 1 + max(0, min(spare, len(run) - 1))
            spare -= kept - 1
            lines += [draw.text for draw in run[-kept:]]
        self.left_out += drawn - len(lines)
        return lines


def _without_losses(draw: _Draw) -> list[str]:
    """How far a bar came, where it is drawn for the last time beside nothing new."""
    plain = without_terminal_codes(draw.text)
    text = plain[: list(_COUNT.finditer(plain))[-1].end()]
    return [text] if not any(likeness(p.key) >= Likeness.MEASURE for p in pairs(text)) else []


def _is_below(text: str) -> bool:
    """Whether a draw is of a bar of training below another one, or erases it."""
    plain = without_terminal_codes(text)
    return not plain.strip() or (is_bar(plain) and role_of(plain.partition(":")[0]) is Role.TRAINING)


def _goes_on(paused: _Draw, draw: _Draw) -> bool:
    """Whether nothing but a new loss of training can be beside a bar that is drawn again behind another line."""
    return paused.count < draw.count or all(role_of(name) is Role.TRAINING for name, _ in draw.losses)


def _completes(last: _Draw, draw: _Draw) -> bool:
    """Whether a draw repeats the last one with results of an evaluation or of the epoch, as at the end of it."""
    shown, now = dict(last.losses), dict(draw.losses)
    if shown.keys() < now.keys():
        return True
    trained = {name for name in shown if role_of(name) is Role.TRAINING}
    if not trained or shown.keys() != now.keys():
        return False
    changed = {name for name in trained if shown[name] != now[name]}
    return changed < trained and all("epoch" in words(name) for name in changed)


def is_bar(line: str) -> bool:
    """Whether a line looks like a progress bar.

    Examples
    --------
    >>> is_bar("Epoch 1:  50%|####    | 5/10 [00:01<00:01, 5.1it/s, loss=0.3]"), is_bar("step 5/10 - loss: 0.3")
    (True, False)
    """
    return any(sign in line for sign in _SIGNS_OF_A_BAR)


def _is_erased(line: str) -> bool:
    """Whether only the last draw of a line is of interest: the ones before show what it sums up."""
    return ("\b" in line or _shows_means(line)) and not _OF_BATCHES.search(line)


def _shows_means(line: str) -> bool:
    """Whether a line has several draws of a bar with the mean over its epoch so far: the last is the epoch's."""
    is_likely = "\r" in line and ("/step" in line or "ETA: " in line)
    return is_likely and bool(_MEANS.search(without_terminal_codes(line)))


def _has_draws(text: str) -> bool:
    return "\b" in text or "\r" in text.replace("\r\n", "\n") or is_bar(text)


def _draw(drawn: str) -> _Draw | None:
    text = without_terminal_codes(drawn)
    counts = list(_COUNT.finditer(text))
    if not counts:
        return None
    count = counts[-1]
    name = "".join(_DECIMAL.sub("#", _BAR.sub("", text[: count.start()])).split())
    losses = ((p.key, _value(p.value)) for p in pairs(text) if p.key and likeness(p.key) >= Likeness.MEASURE)
    steps = STEPS_OF_MEAN.search(text)
    return _Draw(drawn, (name, count[2]), int(count[1][:18]), tuple(losses), steps[0] if steps else "")


def _value(value: float) -> float | str:
    return value if value == value else "nan"


def drawn_lines(text: str) -> list[str]:
    """All lines of a whole text."""
    drawing = DrawnLines()
    return [*drawing.lines_of(text), *drawing.finish()]
