"""Detects the dialect of a delimited text: delimiter, header, decimal sign and comments."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from engine.logs.names import clocks
from engine.logs.numbers import is_number, plain_rows
from engine.logs.options import ReadOptions
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.values import dataclass

COMMENTS = ("#", "%", "//")
DELIMITERS = (",", "\t", ";", "|", " ")
SAMPLE_LINES = 200
FEWEST_ALIKE = 20  # lines of a table, from which on a header of some length cannot hide how wide it is
FEWEST_DECIMALS = 3
LONGEST_LINE = 8 << 20
MOST_COLUMNS = 10_000

_DECIMAL_COMMA = pattern(r"^\s*[-+]?\d+,\d+([eE][-+]?\d+)?\s*$")
_THOUSANDS = pattern(r"[-+]?[1-9]\d{0,2}(,\d{3})+")
_WHOLE = pattern(r"[-+]?\d+")
_QUOTED = pattern(r'"(?:[^"]|"")*"')


@dataclass(frozen=True)
class Dialect:
    """The dialect of a delimited text.

    Attributes
    ----------
    delimiter : str or None
        None for a single column; a space stands for any run of blanks.
    names : tuple of str
        Clean, unique column names; generated if the file has none.
    first_line : int
        Number of lines above the first data line.
    header : str
        The line with the column names; empty if there is none.
    fit : float
        Regularity of the text, 0 to 1.
    has_nameless_words : bool
        Whether there are words in a column without a header, which suggests a printed log rather than a table.
    thousands : frozenset of str
        The columns in which a comma separates thousands, though it is that of decimals in others.
    has_doubtful_commas : bool
        Whether all commas that were taken for those of decimals could separate thousands.
    """

    delimiter: str | None
    names: tuple[str, ...]
    are_names_given: bool
    has_decimal_comma: bool
    first_line: int
    header: str
    fit: float
    has_nameless_words: bool
    thousands: frozenset[str] = frozenset()
    has_doubtful_commas: bool = False

    def has_decimal_comma_in(self, name: str) -> bool:
        """Whether a comma in this column is that of decimals; cells with a point alone are read as they stand."""
        return self.has_decimal_comma and name not in self.thousands


def sniff(text: str, options: ReadOptions | None = None) -> Dialect | None:
    """Detect the dialect of a text from its first lines; None if it is not a table.

    Examples
    --------
    >>> d = sniff("epoch;loss\\n1;0,5\\n2;0,25\\n")
    >>> d.delimiter, d.names, d.has_decimal_comma
    (';', ('epoch', 'loss'), True)
    """
    options = options or ReadOptions()
    is_free = (options.delimiter, options.has_header, options.has_decimal_comma) == (None, None, None)
    if not is_free:
        return _sniffed(text, options)
    lines = text.splitlines()[:SAMPLE_LINES]
    if (known := _last.get(lines[0] if lines else "")) is not None and _are_plain(lines, known):
        return known
    found = _sniffed(text, options)
    if found is not None and found.header == lines[0] and _are_plain(lines, found):
        _last.clear()
        _last[found.header] = found
    return found


_last: dict[str, Dialect] = {}  # by its header, the dialect of the last table of numbers: a folder has many like it


def _are_plain(lines: list[str], dialect: Dialect) -> bool:
    """Whether all lines below a header are rows of plain numbers: then header and delimiter tell the dialect."""
    delimiter, width = dialect.delimiter, len(dialect.names)
    if len(lines) < FEWEST_ALIKE or not delimiter or delimiter == " " or dialect.first_line != 1:
        return False
    if width < 2 or len(cells(lines[0], delimiter)) != width:
        return False
    return bool(plain_rows(delimiter, width).fullmatch("\n".join(lines[1:])))


def _sniffed(text: str, options: ReadOptions) -> Dialect | None:
    lines = [(i, line) for i, line in enumerate(text.splitlines()[:SAMPLE_LINES]) if line.strip()]
    if not lines or max(len(line) for _, line in lines) > LONGEST_LINE:
        return None
    table = [(i, line) for i, line in lines if not line.lstrip().startswith(COMMENTS)]
    comments = [(i, line) for i, line in lines if line.lstrip().startswith(COMMENTS) and (not table or i < table[0][0])]
    if not table:
        return None
    candidates = [options.delimiter] if options.delimiter else list(DELIMITERS)
    fits = [(fit(d, [line for _, line in table]), d) for d in candidates]
    best, delimiter = max(fits, key=lambda f: f[0])
    chosen: str | None = delimiter
    if best < 0.3 and not options.delimiter:
        chosen, best = None, single_column_fit([line for _, line in table])
        if best == 0:
            return None
    if chosen == "," and not options.delimiter and _are_decimals([line for _, line in table]):
        chosen = None
    return _describe(table, comments, chosen, best, options)


def _are_decimals(lines: list[str]) -> bool:
    """Whether each line is one number with a comma for its decimals: of two whole numbers the first would count."""
    has_header = not _DECIMAL_COMMA.match(lines[0]) and "," not in lines[0]
    numbers = [line.strip() for line in lines[has_header:]]
    if len(numbers) < FEWEST_DECIMALS or not all(map(_DECIMAL_COMMA.match, numbers)):
        return False
    whole = [int(number.partition(",")[0][:18]) for number in numbers]
    return sum(after <= before for before, after in pairwise(whole)) >= len(whole) / 2


def cells(line: str, delimiter: str | None) -> list[str]:
    """Split a line into cells without quotes and padding.

    Examples
    --------
    >>> cells('1, "a,b" ,3', ","), cells("  1   2 ", " ")
    (['1', 'a,b', '3'], ['1', '2'])
    """
    if delimiter is None:
        return [line.strip().strip('"')]
    if delimiter == " ":
        return [c.strip("\"'") for c in line.split()]
    if '"' not in line:
        return [c.strip(" \t\r'") for c in line.split(delimiter)]
    return _quoted_cells(line, delimiter)


def _quoted_cells(line: str, delimiter: str) -> list[str]:
    held = _QUOTED.sub(lambda m: m.group().replace(delimiter, "\0"), line)
    return [c.strip().strip('"').replace('""', '"').replace("\0", delimiter) for c in held.split(delimiter)]


def fit(delimiter: str, lines: list[str]) -> float:
    """How well a delimiter splits the lines into equal numbers of numeric cells, 0 to 1."""
    most = max(line.count(delimiter) for line in lines)
    if most > MOST_COLUMNS or (not most and delimiter != " "):
        return 0.0
    rows = [cells(line, delimiter) for line in [lines[0], *(line for line in lines[1:] if line != lines[0])]]
    width = usual_width(rows)
    if width < 2:
        return 0.0
    regular = [row for row in rows if len(row) == width]
    # Empty cells do not count; a header is one line of words.
    filled = [c for row in regular[1:] or regular for c in row if c]
    if delimiter == " " and sum(_is_word(c) for c in filled) > 0.1 * len(filled):
        return 0.0  # prose has blanks too
    numeric = sum(is_number(c) or bool(_DECIMAL_COMMA.match(c)) for c in filled)
    share = numeric / len(filled) if filled else 0.0
    has_numbers = any(is_number(row[j]) for row in regular[1:] or regular for j in range(width))
    preference = {",": 1.0, "\t": 1.0, ";": 1.02, "|": 0.99, " ": 0.97}.get(delimiter, 1.0)
    return (len(regular) / len(rows)) * (0.4 + 0.6 * share) * preference * has_numbers


def _is_word(cell: str) -> bool:
    return any(c.isalpha() for c in cell) and not is_number(cell)


def usual_width(rows: list[list[str]]) -> int:
    """The most frequent number of cells, weighted by it, since lines between the rows are short."""
    counts = Counter(len(row) for row in rows)
    return max(counts.items(), key=lambda c: (c[1] * min(c[0], 8), c[0]))[0]


def single_column_fit(lines: list[str]) -> float:
    """How many of the lines are a single number, except for a name at the top, 0 to 1."""
    numbers = sum(is_number(line.strip().strip('"')) for line in lines)
    return 0.9 * numbers / len(lines) if numbers >= max(1, len(lines) - 2) else 0.0


def _describe(
    table: list[tuple[int, str]],
    comments: list[tuple[int, str]],
    delimiter: str | None,
    fit: float,
    options: ReadOptions,
) -> Dialect:
    rows = [cells(line, delimiter) for _, line in table]
    width = usual_width(rows)
    start = next((i for i, row in enumerate(rows) if abs(len(row) - width) <= 1), 0)
    if delimiter == " " and start and len(_header_names(table[start - 1][1], rows[start - 1], width)) == width:
        start -= 1
    data = [row for row in rows[start + 1 :] if len(row) == width]
    has_header = _is_header(rows[start], data) if options.has_header is None else options.has_header
    names: list[str] = []
    header = ""
    if has_header:
        names, header = _header_names(table[start][1], rows[start], width), table[start][1]
        start += 1
    elif comments:
        names = _comment_names(comments, delimiter, width)
    first_line = table[start][0] if start < len(table) else table[-1][0] + 1
    given = bool(names)
    if not given:
        names = [f"column {i}" for i in range(1, width + 1)]
    if len(names) == width - 1 and has_header:
        names = ["", *names]  # a data frame's index has no name in some dialects
    names += [""] * (width - len(names))
    has_words = not given and _has_words(data)
    clean = unique(names)
    commas = _comma_columns(rows[start:], clean if given else (), delimiter)
    has_decimal_comma = bool(commas.decimals) if options.has_decimal_comma is None else options.has_decimal_comma
    thousands = frozenset(clean[j] for j in commas.thousands if j < len(clean)) if commas.decimals else frozenset()
    is_doubtful = commas.are_doubtful or delimiter is None
    doubtful = has_decimal_comma and options.has_decimal_comma is None and is_doubtful
    return Dialect(delimiter, clean, given, has_decimal_comma, first_line, header, fit, has_words, thousands, doubtful)


def _has_words(data: list[list[str]]) -> bool:
    return any(c and not is_number(c) and not _DECIMAL_COMMA.match(c) for row in data[:20] for c in row)


def _header_names(line: str, found: list[str], width: int) -> list[str]:
    """Split a header into names; with blanks as delimiter, names may contain single blanks."""
    wide = [name for name in re.split(r"\s{2,}|\t", line.strip()) if name]
    return wide if len(found) != width and len(wide) == width else found


def _is_header(first: list[str], data: list[list[str]]) -> bool:
    words = [c for c in first if c and not is_number(c) and not _DECIMAL_COMMA.match(c)]
    if not words:
        return _is_of_frame(first, data)
    if len(words) >= 0.5 * len(first):
        return True
    # A first line with words above numeric columns is a header.
    return bool(data) and all(is_number(data[0][j]) for j, c in enumerate(first[: len(data[0])]) if c in words)


def _is_of_frame(first: list[str], data: list[list[str]]) -> bool:
    """Whether a first line is ``,0,1``: pandas numbers the columns of a frame without names, beside its index."""
    is_numbered = len(first) > 1 and first == ["", *map(str, range(len(first) - 1))]
    return is_numbered and bool(data) and all(row[0] for row in data)


def _comment_names(comments: list[tuple[int, str]], delimiter: str | None, width: int) -> list[str]:
    """Names from a comment line above the data with as many words as columns."""
    for _, line in reversed(comments):
        text = line.strip().lstrip("#%/ ").strip()
        for d in (delimiter, ",", "\t", ";", " "):
            found = cells(text, d)
            if len(found) == width and all(c and not is_number(c) for c in found):
                return found
    return []


class _Commas(NamedTuple):
    """The columns with commas of decimals, and those with commas between thousands."""

    decimals: list[int]
    thousands: list[int]
    are_doubtful: bool


def _comma_columns(rows: list[list[str]], names: tuple[str, ...], delimiter: str | None) -> _Commas:
    decimals: list[int] = []
    thousands: list[int] = []
    are_doubtful = True
    has_points = any("." in c and is_number(c) for row in rows for c in row)
    for j in range(max(map(len, rows), default=0)):
        column = [row[j] for row in rows if j < len(row) and row[j]]
        commas = [c for c in column if _DECIMAL_COMMA.match(c)]
        if not commas:
            continue
        is_thousands = all(_THOUSANDS.fullmatch(c) for c in commas) and (
            delimiter == ","
            or any(_WHOLE.fullmatch(c) for c in column)
            or (bool(clocks([names[j]], "step") + clocks([names[j]], "other")) if j < len(names) else has_points)
        )
        (thousands if is_thousands else decimals).append(j)
        are_doubtful = are_doubtful and all(_THOUSANDS.fullmatch(c) for c in commas)
    return _Commas(decimals, thousands, are_doubtful)


def unique(names: list[str]) -> tuple[str, ...]:
    """Make names clean and unique: empty ones are numbered, repeated ones get a running number.

    Examples
    --------
    >>> unique(["loss", "", "loss"])
    ('loss', 'column 2', 'loss (2)')
    """
    found: list[str] = []
    seen: set[str] = set()
    for i, raw in enumerate(names, 1):
        base = clean_name(raw) or f"column {i}"
        name = base
        number = 2
        while name in seen:
            name, number = f"{base} ({number})", number + 1
        found.append(name)
        seen.add(name)
    return tuple(found)
