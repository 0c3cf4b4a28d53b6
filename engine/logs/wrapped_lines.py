"""Joins lines that a terminal, a mail or an editor cut at its width, in the middle of words and numbers.

That lines were cut is taken for sure only where several breaks go through a number or through a word that means
something as a whole and not by its end, all at one width beyond which no line goes, and no line that goes on looks like
one that begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from engine.logs.names import Likeness, auxiliary, clocks, likeness, words
from engine.logs.pairs import ROLE
from engine.patterns import pattern

NARROWEST, WIDEST = 40, 400
SAMPLE_LINES = 2000
MOST_PIECES = 12  # of a line
FEWEST_BREAKS = 3
LEAST_SHARE = 0.2  # of the breaks that show that they are some
HEAD = 6  # letters by which a beginning is known

_DIGITS = pattern(r"\d")
_END = pattern(r"[\w.]{1,40}$")
_START = pattern(r"[\w.]{1,40}")
_GOES_ON = ("|", ",")
_NAMED = pattern(r"([\w/]{1,40})['\"]?(?:[ \t]|[ \t]?[:=][ \t]?)$")
_NUMBER = pattern(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?")


def joined(text: str) -> tuple[str, int] | None:
    """The text with the lines as they were, and how many pieces were joined; None if nothing shows that any were cut.

    Examples
    --------
    >>> line = "12:00:0{0} epoch {0} of the training is done: train_loss: 0.9{0}"
    >>> cut = "\\n".join(line.format(i)[a:b] for i in range(5) for a, b in ((0, 44), (44, 88)))
    >>> joined(cut) == ("\\n".join(map(line.format, range(5))), 5)
    True
    """
    sample = [line.rstrip("\r") for line in text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]]
    width = max(map(len, sample))
    if not NARROWEST <= width <= WIDEST or not _are_cut(sample, width):
        return None
    heads = _heads(sample, width)
    groups = list(_groups([line.rstrip("\r") for line in text.split("\n")], width, heads))
    return "\n".join("".join(group) for group in groups), sum(len(group) - 1 for group in groups)


def _groups(lines: Sequence[str], width: int, heads: frozenset[str] = frozenset()) -> Iterator[list[str]]:
    """Yield the pieces of each line: those of full width, and the first that is shorter or before another beginning."""
    group: list[str] = []
    for line in lines:
        if group and _shape(line) in heads:
            yield group
            group = []
        group.append(line)
        if len(line) != width:
            yield group
            group = []
    if group:
        yield group


def _are_cut(lines: list[str], width: int) -> bool:
    heads = _heads(lines, width)
    groups = [group for group in _groups(lines, width, heads) if len(group) > 1]
    if len(groups) < FEWEST_BREAKS or any(len(group) > MOST_PIECES for group in groups):
        return False
    breaks = [_is_broken(a, b) for group in groups for a, b in pairwise(group)]
    return sum(breaks) >= max(FEWEST_BREAKS, LEAST_SHARE * len(breaks))


def _heads(lines: Sequence[str], width: int) -> frozenset[str]:
    """How the lines begin of which some are cut."""
    return frozenset(_shape(group[0]) for group in _groups(lines, width) if len(group) > 1)


def _shape(line: str) -> str:
    return _DIGITS.sub("0", line[:HEAD])


def _is_broken(line: str, following: str) -> bool:
    """Whether a break goes through a number or a word that is known, or parts a loss from its value."""
    if (name := _NAMED.search(line)) is not None and following.lstrip(" ")[:1].isdigit():
        return likeness(name[1]) >= Likeness.MEASURE
    if line.rstrip().endswith(_GOES_ON):
        return True
    end, start = _END.search(line), _START.match(following)
    if end is None or start is None:
        return False
    whole = end[0] + start[0]
    if _NUMBER.fullmatch(whole):
        return True
    first = words(start[0])[:1]
    return whole[:1].isalpha() and _is_known(whole) and not any(map(_is_known, first))


def _is_known(word: str) -> bool:
    if likeness(word) is not Likeness.NONE or auxiliary(word) is not None or ROLE.fullmatch(word):
        return True
    return any(clocks([word], kind) for kind in ("step", "epoch", "time"))
