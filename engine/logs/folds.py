"""Parts a printed log into the trainings of a cross-validation, or of a script that trains several times.

``Fold 2/5`` or ``=== Run 2 ===`` in a line of its own begins one, and ``fold 2 epoch 7 loss 0.4`` says it in each line.
"""

from __future__ import annotations

from re import Match

from engine.patterns import pattern

MOST_PARTS = 200
LEAST_LABELLED = 6
LEAST_SHARE = 0.5  # of the lines with a number; less often it is a head with a time before it
_WORDS = ("fold", "run", "trial", "repeat", "repetition", "split")
_SIGNS = tuple(spelled for word in _WORDS for spelled in (word, word.title(), word.upper()))
_HEAD = pattern(
    r"(?im)^[^\w\n]{0,80}(?:(?:start(?:ing)?|train(?:ing)?|begin(?:ning)?|running)[ :]{1,3}(?:on )?)?"
    rf"(?P<word>{'|'.join(_WORDS)})"
    r"[ \t]{0,3}(?:no\.?|nr\.?|[#:=])?[ \t]{0,3}"
    r"(?P<number>\d{1,4})(?:[ \t]{0,3}(?:/|of|von|sur|de)[ \t]{0,3}\d{1,4})?[^\w\n]{0,80}$"
)
_LABEL = pattern(
    r"(?i)(?<![\w.])fold[ \t]{0,2}[#:=]?[ \t]{0,2}(?P<number>\d{1,4})(?:[ \t]{0,2}/[ \t]{0,2}\d{1,4})?(?![\w.])"
    r"[ \t]{0,3}[|,:;\-]?[ \t]{0,3}"
)
_DIGIT = pattern(r"\d")
_LABEL_WITHIN = 80  # characters of a line
_FIRST_WITHIN = 100_000  # characters of a log
Parts = list[tuple[str, str]]


def parts_of(text: str) -> Parts:
    """The name and the text of each training, in their order; none if the log does not say that there are several.

    Examples
    --------
    >>> parts_of("Fold 1\\nloss 0.9\\nFold 2\\nloss 0.8\\n")
    [('fold 1', 'loss 0.9\\n'), ('fold 2', 'loss 0.8\\n')]
    >>> parts_of("fold 1 | loss 0.9\\nfold 2 | loss 0.8\\n" * 3)[1]
    ('fold 2', 'loss 0.8\\nloss 0.8\\nloss 0.8\\n')
    >>> parts_of("Run 7\\nloss 0.9\\nloss 0.8\\n")
    []
    """
    start = text[:_FIRST_WITHIN]
    if not any(sign in start for sign in _SIGNS):
        return []
    found = _headed(text) or _labelled(text)
    return found if 1 < len(found) <= MOST_PARTS else []


def _headed(text: str) -> Parts:
    """What follows each head; none where a number comes back, as that of a fold for each of several sets of data."""
    heads = list(_HEAD.finditer(text))
    heads = [head for head, before in zip(heads, [None, *heads]) if before is None or _name(head) != _name(before)]
    names = [_name(head) for head in heads]
    if len(set(names)) < len(names) or len({name.split()[0] for name in names}) != 1:
        return []
    stops = [*(head.start() for head in heads[1:]), len(text)]
    parts = [text[head.end() : stop].lstrip("\r\n") for head, stop in zip(heads, stops)]
    parts[0] = text[: heads[0].start()] + parts[0]
    return list(zip(names, parts))


def _name(head: Match[str]) -> str:
    return f"{head['word'].lower()} {int(head['number'])}"


def _labelled(text: str) -> Parts:
    """The lines of each label, without it; a line that has none goes with the one before it."""
    lines = text.splitlines(keepends=True)
    labels: list[int | None] = [None] * len(lines)
    for i, line in enumerate(lines):
        label = _LABEL.search(line, 0, _LABEL_WITHIN) if "old" in line or "OLD" in line else None
        if label is not None and _DIGIT.search(rest := line[: label.start()] + line[label.end() :]):
            labels[i], lines[i] = int(label["number"]), rest
    said = [number for number in labels if number is not None]
    if len(said) < max(LEAST_LABELLED, LEAST_SHARE * sum(bool(_DIGIT.search(line)) for line in lines)):
        return []
    parts: dict[int, list[str]] = {}
    current = said[0]
    for line, number in zip(lines, labels):
        current = current if number is None else number
        parts.setdefault(current, []).append(line)
    return [(f"fold {number}", "".join(of_part)) for number, of_part in parts.items()]
