"""Finds numbers with their names in a line of text: ``key=1``, ``key: 1``, ``key 1``, ``| key | 1 |``.

A line is split into numbers and the gaps between them; the name of a number is the end of the gap before it. This
takes linear time for any line, and since gaps repeat from line to line, their names are cached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.logs.names import Likeness, clocks, likeness
from engine.logs.numbers import parse
from engine.patterns import pattern
from engine.role_words import ENGLISH, FOREIGN, plain_role
from engine.values import dataclass

LONGEST_LINE = 20_000
MOST_NUMBERS = 400
LONGEST_GAP = 400
MOST_KEY_WORDS = 4

_NUMBER = pattern(
    r"(?<![\w.@/\\-])(?:(?<!#)|(?<=poch #)|(?<=POCH #)|(?<=tep #)|(?<=tion #)|(?<=ter #)|(?<=atch #))"
    r"([-+−]?(?:(?:1\.\#[A-Z]+\d*|[nN]a[nN]|NAN|[iI]nf(?:inity)?|INF)(?:\(ind\)|\(snan\))?(?!\w)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++|[dD][-+]\d++)?(?!\.?\d)))"
)
# Dates, times of day and durations are not measurements; the digits of 2.9186/2.81 are no date.
_TIMES = pattern(
    r"(?<![\d.])\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T _]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?Z?)?"
    r"|(?<![\d.])\d{1,2}[-/]\d{1,2}[-/]\d{2,4}(?=\W)|\[\d{1,2}/\d{1,2}(?= \d{1,2}:)"
    r"|(?:(?<!\d)\d++ days?, )?\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?![\w:])"
)
# The steps that a mean is of, between its name and the number: avg. loss [381-400]: 81.3
STEPS_OF_MEAN = pattern(r"(?<=[^\W\d_])\s?[\[(]\d{1,12}\s?[-–:]\s?\d{1,12}[\])](?=\s?[:=])")
_NO_ROLE = "Evaluation metric '"  # GluonTS calls its training so: Evaluation metric 'epoch_loss'=2.7
_TIME_MARK = "\ue000"  # in place of a time, which is neither a letter nor a digit
_LEADING = pattern(r"\s*\d*")
_UNIT = pattern(r"[^\W\d_][^\W\d_]*(?:/[^\W\d_]+)*")
# Names directly before their numbers: loss0.53, epoch12.
_GLUED = pattern(
    r"(?i)(?<=loss)(?=\d+\.\d)"
    r"|(?:(?<=[第제])|(?<=エポック)|(?<=에포크)|(?<=\bepoch)|(?<=\bstep)|(?<=\biter))(?=\d)"
)
# What is counted may stand behind its number: 3epoch, 第3轮.
_COUNTED = pattern(r"\s*(epoch|轮次|轮|個?エポック|エポック|에포크|回目?|周期|步)(?![a-z]*[\s\"']*[:=\d])")
_ORDINALS = ("第", "제")
_TOTAL = pattern(r"\s*/\s*\d[\d.,]*[kKMG]?")
_WRAPPER = pattern(r"(?:\w+\.)*(?:[tT]ensor|[aA]rray|\w{0,12}float\d{0,3}|Decimal|DeviceArray|Variable)\(\[*$")
# A printed tensor with what is said beside its number: tf.Tensor(1.8, shape=(), dtype=float32).
TENSOR = pattern(
    r"(?:\w{1,30}\.){0,4}(?:[tT]ensor|[aA]rray|\w{0,12}float\d{1,3}|DeviceArray)\(\[*([^\s,()\[\]]+)\]*"
    r"(?:,(?:[^()]|\([^()]*\)){0,200})?\)"
    r"|<tf\.\w*Tensor: shape=\(1?,?\),[^<>]{0,80}numpy=\[?([^\s<>\]]+)\]?[^<>]{0,20}>"
)
# What glog, absl and Caffe write before a message; its numbers are date, time, thread and line.
_PREFIX = pattern(r"[IWEF]\d{4,8} \d\d:\d\d:\d\d\.\d+ +\d+ [^\s\]]+:\d+\] ?")
# A unit before the next name: 2.1 updates/sec perplexity=500.
_RATE = pattern(r"\s?[^\W\d_]{1,12}/(?:s|sec|second|min|step|it|iter)\b(?=\s*[^\W\d])")
# Of the data that a role names, rather than measured on them.
_SIZES = frozenset(
    ("steps", "batches", "samples", "examples", "images", "iters", "iterations", "size", "sizes", "sets", "items")
)
_THOUSANDS_BEHIND = pattern(r"[kKM](?!\w)")  # step 10k
_GROUP_NAME = pattern(r"[^\W\d][\w.]*$")
_LOSS_GROUPS = frozenset(("loss", "losses"))
_PREFIXES = frozenset("IWEF")
_NOTE = pattern(r"\([^()]{0,40}\)$")
_CUT = pattern(r"[|,;\"\t()\[\]{}<>!?=。，；：、（）【】→]|:|\s[-–—*]+\s|--+|\s{2,}|\.\s|…")
_EDGE = pattern(r"^[\W_]+|[^\w%)\]]+$")
_LEVELS = frozenset(("info", "debug", "warning", "error", "root", "and", "with", "at", "the"))

ROLE = pattern(
    rf"((?<![\w./\\-])(?:{ENGLISH})(?![\w/\\]|\.\w)|{FOREIGN})",
    re.IGNORECASE,
)
# Two roles of one name, whose numbers have a slash between them too: loss (train/val): 0.5/0.6.
_SHARED = pattern(r"(?i)\b(train|training|trn)\s?/\s?(val|valid|validation|test|eval|dev)\b")
_BEHIND = pattern(r"/([-+]?(?:\d+\.\d*(?:[eE][-+]?\d+)?|nan|inf)\b)")
_WORDS = pattern(r"[^\W\d_]+")
# What is said of the doing is named like the data; other English words stand as the log has them.
_DOING = frozenset(("training", "trn", "validating", "validate", "evaluating", "evaluate", "testing"))
_ENGLISH = frozenset(ENGLISH.split("|"))
_VALIDATION_LOSS = "VaL"  # beside TrL, and no role alone


@dataclass(frozen=True)
class Pair:
    """A number and its name.

    Attributes
    ----------
    key : str
        Its name; empty if it has none.
    role : str
        The nearest word for training or validation before it; empty if there is none.
    total : str
        The number that follows after a slash: N of ``k/N``; empty if there is none.
    group : str
        The word before the bracket that opens before it: ``tot_loss[loss=0.5``; empty if there is none.
    """

    key: str
    value: float
    role: str
    total: str
    group: str = ""


def pairs(line: str) -> list[Pair]:
    """Find the numbers of a line with their names.

    Examples
    --------
    >>> [(p.key, p.value) for p in pairs("step 28 | loss: 9.32 | lr 2.4e-05 | dt: 404.86ms | tok/sec: 12")]
    [('step', 28.0), ('loss', 9.32), ('lr', 2.4e-05), ('dt', 404.86), ('tok/sec', 12.0)]
    >>> [(p.key, p.value, p.role) for p in pairs("Epoch 1 val: loss=nan 10acc=.5")]
    [('Epoch', 1.0, ''), ('loss', nan, 'val'), ('', 10.0, 'val'), ('acc', 0.5, 'val')]
    """
    if len(line) > LONGEST_LINE:
        return []
    if line[:1] in _PREFIXES and (prefix := _PREFIX.match(line)):
        rest = line[prefix.end() :]
        line = f"step {rest}" if rest.startswith("[") else rest
    if "(" in line and ("ensor" in line or "float" in line or "rray" in line):
        line = TENSOR.sub(lambda match: match[1] or match[2], line)
    line = line.replace(_NO_ROLE, "") if _NO_ROLE in line else line
    line = STEPS_OF_MEAN.sub(" ", line) if "]" in line or ")" in line else line
    line = _TIMES.sub(" ", line) if ":" in line or "-" in line or "/" in line else line
    parts = _NUMBER.split(_GLUED.sub(" ", line))
    if len(parts) > 2 * MOST_NUMBERS:
        return []
    return list(_named(parts))


def number_gaps(line: str) -> list[str] | None:
    """Patterns of what stands around the numbers of a line, in which times and dates may have any digits.

    None without numbers, or where a number is not written as a plain one.

    Examples
    --------
    >>> number_gaps("step=1 loss=0.5"), number_gaps("12:30:01 loss=0.5")
    (['step=', '\\\\ loss=', ''], ['\\\\d+:\\\\d+:\\\\d+\\\\ loss=', ''])
    """
    if len(line) > LONGEST_LINE or _TIME_MARK in line or _NO_ROLE in line:
        return None
    if any(changed.search(line) for changed in (_GLUED, TENSOR, STEPS_OF_MEAN)):
        return None
    prefix = _PREFIX.match(line)
    start = _with_any_digits(prefix[0]) if prefix else ""
    rest = line[prefix.end() :] if prefix else line
    parts = _NUMBER.split(_TIMES.sub(_TIME_MARK, rest))
    if len(parts) < 3 or parts[1::2] != _NUMBER.split(_TIMES.sub(" ", rest))[1::2]:
        return None
    times = [_with_any_digits(match[0]) for match in _TIMES.finditer(rest)]
    gaps = [_TIME_MARK.join(map(re.escape, gap.split(_TIME_MARK))) for gap in parts[::2]]
    for time in times:
        i = next(i for i, gap in enumerate(gaps) if _TIME_MARK in gap)
        gaps[i] = gaps[i].replace(_TIME_MARK, time, 1)
    return [start + gaps[0], *gaps[1:]]


def _with_any_digits(text: str) -> str:
    return re.sub(r"\d+", r"\\d+", re.escape(text))


def _named(parts: list[str]) -> Iterator[Pair]:
    """Name the numbers (odd places) by the gaps before them (even places)."""
    role = group = above = measured = ""
    for i in range(1, len(parts), 2):
        value = parse(parts[i])
        gap = parts[i - 1][-LONGEST_GAP:]
        gap_role, key, opened = _read_gap(gap, i > 1)
        counted = _COUNTED.match(parts[i + 1])
        if counted and parts[i].isdecimal() and (counted[1] == "epoch" or gap.rstrip().endswith(_ORDINALS)):
            key = counted[1]
        elif i == 1 and parts[2].startswith("]") and gap.rstrip().endswith("["):
            # boosting libraries start their lines with it in brackets
            key = "iteration" if not key or key.lower() in _LEVELS else key
        if value is not None and _THOUSANDS_BEHIND.match(parts[i + 1]) and clocks([key], "step"):
            value *= 1000.0 if parts[i + 1][0] in "kK" else 1e6
        if value is not None and _is_step_of(key, parts, i):
            yield Pair("step", value, "", "")
            parts[i + 1] = f" {key}="
            continue
        if gap_role and _SIZES & set(key.lower().split()):
            gap_role = ""
        role = gap_role or role
        shared = _SHARED.search(gap)
        if shared and value is not None and (other := _behind_slash(parts, i)) is not None:
            measured = _measured_beside(gap, shared)
            yield Pair(f"{shared[1]} {measured}", value, _spoken(shared[1].lower()), "", group)
            yield Pair(f"{shared[2]} {measured}", other, _spoken(shared[2].lower()), "", group)
            continue
        if ROLE.fullmatch(key) and key != _VALIDATION_LOSS:
            key = _named_like(above, key) or (f"{key} {measured}" if _is_beside(gap) and measured else key)
        above = key if ROLE.search(key) and key != _VALIDATION_LOSS else ""
        measured = key if not above and likeness(key) >= Likeness.MEASURE else ""
        group = opened if opened is not None else group
        if value is not None:
            yield Pair(_in_group(key, group), value, role, _total(parts, i), group)


def _in_group(key: str, group: str) -> str:
    """The name of a number in a group of losses, where it does not say so itself: Losses {'ner': 0.5}."""
    is_of_losses = group.lower() in _LOSS_GROUPS and key and likeness(key) is Likeness.NONE
    return f"{group} {key}" if is_of_losses and not clocks([key], "step") + clocks([key], "epoch") else key


def _is_step_of(key: str, parts: list[str], i: int) -> bool:
    """Whether a whole number behind the name of a loss is the step at which the number behind it was measured.

    ``Train loss 20 0.512345`` and ``Validation loss 1000: 0.41``.
    """
    if i + 2 >= len(parts) or not parts[i].isdecimal() or parts[i + 1].strip() not in ("", ":"):
        return False
    is_named = parts[i - 1][-1:].isspace() and parts[i - 1].rstrip()[-1:].isalpha()
    return is_named and "." in parts[i + 2] and likeness(key) >= Likeness.MEASURE


def _behind_slash(parts: list[str], i: int) -> float | None:
    """The number behind a slash that follows a number: of 0.5/0.6, or 0.5 / 0.6."""
    after = parts[i + 1]
    if after.strip() == "/" and i + 2 < len(parts):
        number = parse(parts[i + 2])
        parts[i + 2] = ""  # no number of its own
        return number
    behind = _BEHIND.match(after)
    return parse(behind[1]) if behind else None


def _measured_beside(gap: str, shared: re.Match[str]) -> str:
    """What two roles that share a slash were measured by: the word behind them, or before them."""
    words = _WORDS.findall(gap[shared.end() :]) or _WORDS.findall(gap[: shared.start()])[-1:]
    return " ".join(words[:MOST_KEY_WORDS])


def _is_beside(gap: str) -> bool:
    """Whether a value stands in brackets beside the one before it: ``Loss 0.5 (val 0.6)``."""
    return gap.strip()[:1] in ("(", "[")


def _named_like(above: str, role: str) -> str:
    """The name of ``valid 0.2`` behind ``LOSS train 0.1``: what was measured, with the role's own word."""
    name = ROLE.sub(role, above)
    return name if above and name != role else ""


def _total(parts: list[str], i: int) -> str:
    after = parts[i + 1][:12].strip()
    if not after.startswith("/"):
        return ""
    # A number directly behind a slash is no number of its own, and stands in the gap.
    return _LEADING.match(after[1:])[0] or (parts[i + 2] if after == "/" and i + 2 < len(parts) else "?")  # type: ignore[index]


@lru_cache(maxsize=20_000)
def _read_gap(gap: str, is_after_number: bool) -> tuple[str, str, str | None]:
    """The role in a gap, the name at its end, and the group opened in it; None if the one before goes on."""
    key = _key(gap, is_after_number)
    roles = ROLE.findall(gap)
    return _spoken(roles[-1].lower()) if roles else "", key, _opened(gap)


def _spoken(word: str) -> str:
    return word if word in _ENGLISH - _DOING else plain_role(word)


def _opened(gap: str) -> str | None:
    """The name of the group that a gap opens; empty if it only closes one, None if it does neither."""
    opening = max(gap.rfind(bracket) for bracket in "[({")
    closing = max(gap.rfind(bracket) for bracket in "])}")
    if opening > closing:
        name = _GROUP_NAME.search(gap[:opening].rstrip() if gap[opening] == "{" else gap[:opening])
        return name[0] if name else None
    return "" if closing >= 0 else None


def _key(gap: str, is_after_number: bool) -> str:
    if is_after_number:
        gap = _without_unit(_TOTAL.sub("", gap, count=1) if gap.lstrip().startswith("/") else gap)
    text = _WRAPPER.sub("", gap.rstrip()).rstrip(" \t:=>~≈[({'\"|-*→：")
    if text.endswith(")"):
        text = _NOTE.sub("", text).rstrip(" \t:=")
    pieces = [p for p in _CUT.split(text) if any(c.isalpha() for c in p)]
    if not pieces:
        return ""
    words = _EDGE.sub("", pieces[-1]).split()
    if len(words) == 1 and len(pieces) > 1 and ROLE.fullmatch(words[0]):
        measured = _EDGE.sub("", pieces[-2]).split()[-1:]
        words = measured + words if measured and likeness(measured[0]) >= Likeness.MEASURE else words
    while len(words) > 1 and words[0].lower() in _LEVELS:
        words = words[1:]
    return " ".join(words[-MOST_KEY_WORDS:])


def _without_unit(gap: str) -> str:
    """A gap without the unit of the number before it; in ``10loss=0.5`` the word is the next number's name."""
    unit = _RATE.match(gap) or _UNIT.match(gap)
    if unit is None:
        return gap
    rest = gap[unit.end() :].lstrip()
    return gap if rest[:1] in (":", "=") else gap[unit.end() :]
