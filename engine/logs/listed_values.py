"""Finds lists of numbers with a name in a text: ``train_losses = [0.9, 0.5, 0.3]``, over several lines too."""

from __future__ import annotations

from engine.logs.names import Likeness, clocks, likeness
from engine.logs.numbers import parse
from engine.patterns import pattern

MOST_LISTS = 1000
LEAST_VALUES = 3
# A name at the beginning of a line, or behind another list.
_START = pattern(
    r"(?m)(?:^[ \t>]{0,20}|[{,;\]][ \t]{0,8})(?P<name>[\"']?[^\W\d][\w ./-]{0,80}[\"']?)[ \t]{0,8}[:=][ \t]{0,8}"
    r"(?:\n[ \t]{0,8})?(?:[\w.]{1,20}\()?\[(?P<body>[^\[\]=:{}]*+)(?P<end>\]|\Z)"
)
_WRAPPED = pattern(r"\b(?:\w{1,20}\.)?(?:\w{0,12}float\d*|int\d+|tensor|array)\(([-+.\w]{1,40})\)")
_OF_EPOCH = pattern(r"(?i)epoch[ _]?\d{1,9}[ _:-]{0,3}(\w[\w ./-]{0,60})")  # the lists of all epochs are one course
_SEPARATOR = pattern(r"\s*,\s*|\s+")


def listed_values(text: str) -> tuple[dict[str, list[float | None]], str] | None:
    """The lists of losses and of their counters by name, and the text without them.

    None without a list of a loss, or where a name has several: then each is a row of its own kind, not a course.

    Examples
    --------
    >>> listed_values("done\\nloss = [3.0, 2.0,\\n 1.0]\\nseed: [1, 2]\\n")
    ({'loss': [3.0, 2.0, 1.0]}, 'done\\n\\nseed: [1, 2]\\n')
    """
    found: dict[str, list[float | None]] = {}
    spans: list[tuple[int, int]] = []
    for match in _START.finditer(text):
        name = match["name"].strip("\"' ")
        if likeness(name) < Likeness.MEASURE and not (clocks([name], "step") or clocks([name], "epoch")):
            continue
        values = _values(match["body"])
        if values is None:
            continue
        of_epoch = _OF_EPOCH.fullmatch(name)
        name = of_epoch[1] if of_epoch is not None else name
        if (name in found and of_epoch is None) or len(found) == MOST_LISTS:
            return None
        found.setdefault(name, []).extend(values)
        spans.append(match.span())
    if not any(likeness(name) >= Likeness.MEASURE for name in found):
        return None
    return found, _without(text, spans)


def _values(body: str) -> list[float | None] | None:
    """The numbers of a list, None for each that is missing; None if it is not one of numbers."""
    words = _SEPARATOR.split(_WRAPPED.sub(r"\1", body).strip().rstrip(",").rstrip())
    values = [None if word == "None" else parse(word) for word in words]
    is_number = [value is not None or word == "None" for word, value in zip(words, values, strict=True)]
    return values if len(values) >= LEAST_VALUES and all(is_number) else None


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    starts = [0, *(end for _start, end in spans)]
    ends = [*(start for start, _end in spans), len(text)]
    return "".join(text[a:b] for a, b in zip(starts, ends, strict=True))
