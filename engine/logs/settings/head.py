"""Settings that a program prints before its first loss: ``Namespace(...)``, ``key: value`` lines, its command line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.logs.settings.keys import OWN, SWITCHED_PRECISION, canonical, is_telling
from engine.patterns import pattern
from engine.run import Value

MOST_LINES = 600
LONGEST_LINE = 20_000
A_LOSS = pattern(r"loss\b[^a-z\d]{1,4}\d", re.IGNORECASE)
OBJECT = pattern(r"\b(Namespace|\w*(?:Args|Arguments|Config|Params|Options))\s*\(")
PAIRS = pattern(r"(\w+)\s*=\s*('[^']*'|\"[^\"]*\"|[\[(][^\])]*[\])]|[^,()\s]+)")
ENTRIES = pattern(r"['\"](\w+)['\"]\s*:\s*('[^']*'|\"[^\"]*\"|[\[(][^\])]*[\])]|[^,{}\s]+)")
NAME, VALUE = r"[A-Za-z][\w-]*(?:[ ][A-Za-z]\w*)?", r"'[^']*'|\"[^\"]*\"|[^\s,|]+"
LINE = pattern(rf"^\W*({NAME})\s*(?::|=|\.{{3,}}|\|)\s*({VALUE})\s*\|?\s*$")
FLAGS = pattern(r"--([A-Za-z][\w-]*)(?:[ =]([^\s-][^\s]*))?")
SIGN = pattern(r"[:=|(]|--|\.{3}")  # a line without any tells no setting
AMBIGUOUS = frozenset(("batch", "opt", "eps", "smoothing"))  # words that lines of a log also count or measure with


def settings_of_head(text: str) -> dict[str, Value]:
    """The settings printed before the first loss.

    Examples
    --------
    >>> settings_of_head("Namespace(lr=0.1, optimizer='sgd', momentum=0.9)\\nepoch 1 loss: 2.3")
    {'lr': 0.1, 'optimizer': 'momentum', 'momentum': 0.9}
    >>> settings_of_head("learning rate: 1e-3\\nbatch size: 64\\nepoch 1 loss: 2.3")
    {'lr': 0.001, 'batch_size': 64}
    >>> settings_of_head("epoch 1 loss: 2.3\\nlr: 1e-3")
    {}
    """
    if not SIGN.search(text):
        return {}
    found: dict[str, str | bool] = {}
    for line in text.splitlines()[:MOST_LINES]:
        if len(line) > LONGEST_LINE:
            continue
        pairs = list(_pairs(line))
        if not pairs and A_LOSS.search(line):
            break
        for key, value in pairs:
            found.setdefault(key, value)
    settings = canonical(found)
    return settings if is_telling(settings) else {}


def _pairs(line: str) -> Iterator[tuple[str, str | bool]]:
    if OBJECT.search(line):
        yield from ((key, _bare(value)) for key, value in PAIRS.findall(line))
        return
    if line.count("--") and (flags := [f for f in FLAGS.findall(line) if _is_known(f[0])]):
        yield from ((key, _bare(value) if value else True) for key, value in flags)
        return
    entries = [(key, value) for key, value in ENTRIES.findall(line) if _is_known(key)]
    if len(entries) > 1 and not A_LOSS.search(line) and "loss'" not in line and 'loss"' not in line:
        yield from ((key, _bare(value)) for key, value in entries)
        return
    match = LINE.match(line)
    if match and _is_known(match[1]) and _plain(match[1]) not in AMBIGUOUS:
        yield _plain(match[1]), _bare(match[2])


def _is_known(key: str) -> bool:
    return _plain(key) in OWN or _plain(key) in SWITCHED_PRECISION


def _plain(key: str) -> str:
    return key.strip().lower().replace("-", "_").replace(" ", "_")


def _bare(value: str) -> str:
    return value.strip("'\"")
