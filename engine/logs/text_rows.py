"""Reads rows from lines of text: which numbers belong to one row, and which to one series.

A series is identified by the name of its numbers, the word for training or validation before it, and the counters in
the line: ``epoch 1 - iter 14/149 - loss 0.49`` and ``EPOCH 1 done: loss 0.29`` are two series. Lines without counters
continue the row above until a name repeats, so values may be spread over several lines.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from engine.logs.dialect import unique
from engine.logs.line_clocks import better_clock, clock_kind
from engine.logs.names import Likeness, auxiliary, clocks, likeness
from engine.logs.pairs import ROLE, Pair, pairs
from engine.logs.printed_series import Identity, losses_among, names_of, title
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.text import LONGEST_NAME, without_terminal_codes

# A progress bar uses carriage returns or backspaces instead of new lines.
LINE_ENDS = re.compile(r"[\r\n\b\x0b\x0c]+")
_COUNTING = frozenset(("step", "epoch", "batch"))
Cells = dict[Identity | str, float]


class LineReader:
    """Converts lines, fed in any portions, to rows.

    Examples
    --------
    >>> reader = LineReader()
    >>> reader.feed(["Epoch 1: loss 0.9, val_loss 1.0", "Epoch 2: loss 0.5, val_loss 0.8"])
    >>> sheet = reader.sheet()
    >>> sheet.losses, sheet.columns["Epoch"]
    (('loss', 'val_loss'), array([1., 2.]))
    """

    def __init__(self) -> None:
        self._rows: list[Cells] = []
        self._row: Cells = {}
        self._context: dict[str, float] = {}
        self._has_loss = False
        self._unfinished = ""  # a line that names a loss whose value is on the next one
        self._is_spread = False  # whether any row is from several lines
        self._naming: dict[Identity | str, str] = {}
        self._spellings: dict[str, Counter[str]] = defaultdict(Counter)

    def feed(self, lines: Iterable[str]) -> None:
        """Read more lines."""
        for line in lines:
            if line and not line.isspace():
                self._feed_line(line)

    def _feed_line(self, line: str) -> None:
        line = without_terminal_codes(line)
        if self._unfinished:
            line, self._unfinished = f"{self._unfinished} {line}", ""
        found = pairs(line)
        if not found:
            self._unfinished = _unfinished(line)
            return
        named = [pair for pair in found if pair.key and clock_kind(pair) is None]
        counting: dict[str, Pair] = {}
        for pair in found:
            kind = clock_kind(pair)
            if kind is not None:
                counting[kind] = better_clock(counting.get(kind), pair, kind)
        for kind, pair in counting.items():
            if pair.key:
                self._spellings[kind][pair.key] += 1
        counts = {kind: pair.value for kind, pair in counting.items()}
        self._place(counts, named)

    def _place(self, counts: dict[str, float], named: list[Pair]) -> None:
        if any(self._row.get(kind, value) != value for kind, value in counts.items()):
            self._flush()
        self._context.update(counts)
        has_loss = any(likeness(p.key) >= Likeness.MEASURE for p in named)
        is_continued = self._has_loss and len(named) <= 2
        if not (has_loss or is_continued):
            named = [p for p in named if auxiliary(p.key)] if len(named) <= 12 else []
        if not named:
            return
        counted = frozenset(counts) & _COUNTING
        cells: Cells = {}
        for p in named:
            cells.setdefault(Identity(p.key, _role(p), counted), p.value)
        if not self._row.keys().isdisjoint(cells):
            self._flush()
        self._is_spread = self._is_spread or bool(self._row)
        self._row.update(counts)
        self._row.update(cells)
        self._has_loss = self._has_loss or has_loss

    def _flush(self) -> None:
        if self._has_loss:
            row: Cells = dict(self._context.items())
            self._rows.append(row | self._row)
        self._row = {}
        self._has_loss = False
        self._context.pop("batch", None)

    @property
    def points(self) -> int:
        """Number of rows with a loss."""
        return len(self._rows)

    def rows_since(self, row: int) -> list[dict[str, float]]:
        """Rows from `row` on, column name to value; if a line is a row, including the last line."""
        if not self._is_spread:
            self._flush()
        naming = self._naming or self._name()
        fresh = {i for cells in self._rows[row:] for i in cells if i not in naming}
        self._naming = naming | {i: i if isinstance(i, str) else title(i) for i in fresh}
        return [{self._naming[i]: value for i, value in cells.items()} for cells in self._rows[row:]]

    def finish(self) -> None:
        """Complete the last row, since there are no more lines."""
        self._flush()

    def sheet(self) -> Sheet:
        """The sheet read so far, with named series."""
        self.finish()
        self._naming = naming = self._name()
        losses = losses_among(naming)
        collector = RowCollector()
        for row in self._rows:
            if not row.keys().isdisjoint(losses):
                collector.add({naming[i]: value for i, value in row.items() if i in naming})
        sheet = collector.sheet()
        sheet.losses = tuple(naming[i] for i in losses)
        return sheet

    def _name(self) -> dict[Identity | str, str]:
        """Column names of the series with enough points and of the counters."""
        counts = Counter(i for row in self._rows for i in row)
        kinds = [kind for kind in ("step", "epoch", "batch") if counts[kind]]
        named = names_of({i: count for i, count in counts.items() if isinstance(i, Identity)})
        titles = [self._clock_title(kind) for kind in kinds] + list(named.values())
        return dict(zip([*kinds, *named], unique(titles)))

    def _clock_title(self, kind: str) -> str:
        spelling = next((name for name, _ in self._spellings[kind].most_common(1)), kind)
        return spelling if clocks([spelling], "epoch" if kind == "epoch" else "step") else kind


def _unfinished(line: str) -> str:
    """The line if it is short like ``loss:``, with its value on the next line; else empty."""
    text = line.strip()
    is_named = len(text) <= LONGEST_NAME and text.endswith((":", "=", "：")) and likeness(text) >= Likeness.MEASURE
    return text if is_named else ""


def _role(pair: Pair) -> str:
    """The role by the words before a name; empty if the name contains it."""
    return "" if ROLE.search(pair.key.replace("_", " ")) else pair.role


def read_text(text: str) -> Sheet:
    """Read the sheet of a whole text."""
    reader = LineReader()
    reader.feed(LINE_ENDS.split(text))
    return reader.sheet()
