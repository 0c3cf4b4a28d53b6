"""What is shown of the names of runs where there is no room for all of it: what tells them apart."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePath

WORD_ENDS = "/ :_-,"  # a point may be in a number
MOST_WORDS, MOST_LETTERS = 3, 12  # beside the place where names differ
LEAST_LEFT_OUT = 2  # letters: an ellipsis needs the room of one or two

Reach = Callable[[str, int], tuple[int, int]]


def common_folder(names: Sequence[str]) -> int:
    """The number of letters of the folder that all names begin with.

    Examples
    --------
    >>> common_folder(["sweep: a/1.csv", "sweep: a/2.csv"]), common_folder(["run 1.csv", "run 2.csv"])
    (9, 0)
    """
    if len(names) < 2:
        return 0
    shared = _beginning(names)
    return max(shared.rfind(mark) + len(mark) if mark in shared else 0 for mark in ("/", ": "))


def common_ends(names: Sequence[str]) -> tuple[int, int]:
    """The number of letters that all names begin with and end with, in whole words.

    Examples
    --------
    >>> common_ends(["net_lr0.001_seed0_long.csv", "net_lr0.002_seed0_long.csv"])
    (4, 15)
    >>> common_ends(["net", "net_2"]), common_ends(["net.csv"])
    ((0, 0), (0, 4))
    """
    suffixes = {PurePath(name).suffix for name in names}
    suffix = len(suffixes.pop()) if len(suffixes) == 1 and next(iter(suffixes))[1:].isalpha() else 0
    if len(names) < 2:
        return 0, suffix
    start = _words(_beginning(names))
    return start, _words(_beginning([name[start:][::-1] for name in names]), suffix)


def _beginning(names: Sequence[str]) -> str:
    """What all names begin with."""
    first, last = min(names), max(names)  # what these two begin with, all do
    count = next((at for at, (a, b) in enumerate(zip(first, last)) if a != b), min(len(first), len(last)))
    return first[:count]


def _words(text: str, least: int = 0) -> int:
    """The number of letters up to the last end of a word."""
    return max((at + 1 for at, letter in enumerate(text) if letter in WORD_ENDS), default=least)


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Each name without what all share, and without the file's own name where it is alone in its folder.

    Examples
    --------
    >>> list(short_names(["of: a/run-1/log.csv", "of: a/run-2/log.csv", "of: b/run-1/out.json"]).values())
    ['…a/run-1…', '…a/run-2…', '…b/run-1…']
    """
    start, stop = common_ends(names)
    inside = Counter(name.rpartition("/")[0] for name in names)
    found = {}
    for name in names:
        folder, slash, file = name.rpartition("/")
        is_alone = slash and inside[folder] == 1 and len(folder) > start
        found[name] = shortened(name, start, max(stop, len(slash + file)) if is_alone else stop)
    return found


def shortened(name: str, start: int, stop: int) -> str:
    """A name without what all names share, where something is left.

    Examples
    --------
    >>> shortened("net_lr0.001_long.csv", 4, 9)
    '…lr0.001…'
    """
    middle = name[start : len(name) - stop]
    return f"{'…' * (start > 0)}{middle}{'…' * (stop > 0)}" if middle else name


def told_apart(first: Mapping[str, str], fits: Callable[[str], bool]) -> dict[str, str]:
    """What is shown of each name, such that no two names are shown as one text where the room allows it.

    Parameters
    ----------
    first : mapping
        From each name to the text that it is cut to without a look at the others, which stays unless another name is
        cut to the same.
    fits : callable
        Whether there is room for a text.

    Examples
    --------
    >>> names = "net_a_with_long_middle_0.1", "net_a_with_long_middle_0.2", "net_b_with_long_middle_0.1"
    >>> list(told_apart(dict.fromkeys(names, "net…"), lambda text: len(text) < 14).values())
    ['…a…0.1', '…a…0.2', '…b…']
    """
    shown = dict(first)
    group_of: dict[str, set[str]] = {}
    is_new = True
    while is_new:
        is_new = False
        for alike in _alike(shown):
            before = {id(found): found for name in alike if (found := group_of.get(name)) is not None}
            group = alike.union(*before.values())
            if [len(found) for found in before.values()] != [len(group)]:
                is_new = True
                group_of.update(dict.fromkeys(group, group))
                shown.update(_apart(group, fits))
    return shown


def _alike(shown: Mapping[str, str]) -> list[set[str]]:
    """The names that are shown as one text."""
    names: dict[str, set[str]] = {}
    for name, text in shown.items():
        names.setdefault(text, set()).add(name)
    return [alike for alike in names.values() if len(alike) > 1]


def _apart(names: Collection[str], fits: Callable[[str], bool]) -> dict[str, str]:
    """Each name cut to the places where it differs from others, with as much beside them as there is room for.

    What is beside a place is as wide in all names, so that two texts are the same up to the first letter that differs.
    """
    long_first = sorted(names, key=len, reverse=True)
    places = _branches(long_first), _branches_from_the_end(long_first)
    for reach in (*_word_reaches(), *_letter_reaches()):
        for found in places:
            texts = {}
            for name in long_first:
                texts[name] = _windowed(name, [reach(name, place) for place in found[name]])
                if not fits(texts[name]):
                    break
            else:
                return texts
    return texts


def _branches(names: Sequence[str]) -> dict[str, list[int]]:
    """The places of the letters in which each name first differs from others; its length where they begin with it."""
    found: dict[str, list[int]] = {name: [] for name in names}
    groups = [list(names)]
    while groups:
        alike = groups.pop()
        at = len(_beginning(alike))
        parts: dict[str, list[str]] = {}
        for name in alike:
            found[name].append(at)
            parts.setdefault(name[at : at + 1], []).append(name)
        groups += [part for part in parts.values() if len(part) > 1]
    return found


def _branches_from_the_end(names: Sequence[str]) -> dict[str, list[int]]:
    """The same from the end; -1 where others end with it."""
    found = _branches([name[::-1] for name in names])
    return {name: [len(name) - 1 - at for at in reversed(found[name[::-1]])] for name in names}


def _word_reaches() -> Iterator[Reach]:
    """From whole words beside a place to the one that has it."""
    for count in range(MOST_WORDS, -1, -1):
        yield partial(_in_words, count)


def _letter_reaches() -> Iterator[Reach]:
    """From many letters beside a place to none."""
    for count in range(MOST_LETTERS, -1, -1):
        yield partial(_in_letters, count)


def _in_words(count: int, name: str, place: int) -> tuple[int, int]:
    start, stop = max(place, 0) + 1, min(place, len(name) - 1)
    for word in range(count + 1):
        start = max(name.rfind(mark, 0, max(start - 1, 0)) for mark in WORD_ENDS) + 1
        if word == 0 and name[place : place + 1] in set(WORD_ENDS):
            stop = place + 1  # the end of a word that others go on with
        else:
            stop = min((at for mark in WORD_ENDS if (at := name.find(mark, stop + 1)) >= 0), default=len(name))
    return start, stop


def _in_letters(count: int, name: str, place: int) -> tuple[int, int]:
    start, stop = max(place - count, 0), min(place + count + 1, len(name))
    while 0 < start < len(name) and unicodedata.category(name[start]).startswith("M"):
        start -= 1  # an accent is not parted from its letter
    while 0 < stop < len(name) and unicodedata.category(name[stop]).startswith("M"):
        stop += 1
    return start, stop


def _windowed(name: str, windows: Sequence[tuple[int, int]]) -> str:
    """The parts of a name, with an ellipsis for what is left out between them."""
    text, end = "", 0
    for start, stop in windows:
        if start - end > LEAST_LEFT_OUT:
            text += "…"
            end = start
        text += name[end:stop]
        end = max(end, stop)
    return text + ("…" if len(name) - end > LEAST_LEFT_OUT else name[end:])
