"""Reads long printed logs at once whose lines are of a few forms: what stands between their digits is the same.

``12:30:01 step 7: loss=0.5`` and ``12:30:02 step 8: loss=0.4`` are of one form. One line of each form is read as
`LineReader` reads it; the numbers of the others are then taken from the same places. A log in which a line depends on
those around it (an announced evaluation, a counter in a line of its own, a bar) is left to `LineReader`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from engine.logs.dialect import unique
from engine.logs.drawn_lines import is_bar
from engine.logs.line_ranks import is_labelled
from engine.logs.pairs import LONGEST_LINE, Pair, number_gaps, pairs
from engine.logs.phases import announces
from engine.logs.printed_series import Identity, clock_title, names_of
from engine.logs.sheet import Sheet
from engine.logs.text_rows import KINDS, LineReader, cells_of, is_loss, is_of_several_lines, sorted_out
from engine.patterns import pattern
from engine.table import Floats, Sparse
from engine.values import dataclass

MOST_FORMS = 300
SAMPLE_LINES = 400
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:[nN]a[nN]|NAN|[iI]nf(?:inity)?|INF))"
_PLAIN = pattern(_NUMBER)
_DRAWN = pattern(r"[\r\b\x0b\x0c\x1b]")
_DIGITS = pattern(r"\d+")
Cell = Identity | str


@dataclass(frozen=True)
class Form:
    """Lines of one form that are rows: their numbers in the text, and the values of each cell, shape (lines,)."""

    lines: np.ndarray
    values: dict[Cell, Floats]
    spellings: dict[str, str]

    def counts_of(self, kind: str) -> Floats:
        """What the lines count, shape (lines,); NaN if they do not say it."""
        return self.values[kind] if kind in self.values else np.full(len(self.lines), np.nan)


def read_forms(text: str) -> Sheet | None:
    """The sheet of a text; None if not all of its lines can be read at once."""
    if _DRAWN.search(text) or is_bar(text):
        return None
    lines = text.removesuffix("\n").split("\n")
    sheet = _read(lines)
    return sheet if sheet is not None and _is_like(_read(lines[:SAMPLE_LINES]), lines[:SAMPLE_LINES]) else None


def _is_like(found: Sheet | None, sample: list[str]) -> bool:
    """Whether the beginning reads as line by line."""
    reader = LineReader()
    reader.feed(sample)
    wanted = reader.sheet()
    if found is None or wanted.warnings or (found.losses, list(found.columns)) != (wanted.losses, list(wanted.columns)):
        return False
    cells = [(found.cells(name), wanted.cells(name)) for name in wanted.columns]
    return all(np.array_equal(a.rows, b.rows) and np.array_equal(a.values, b.values, equal_nan=True) for a, b in cells)


def _read(lines: list[str]) -> Sheet | None:
    forms = list(_forms(lines))
    found = [form for form in forms if form is not None]
    if not found or len(found) < len(forms):
        return None
    return _sheet(found)


def _forms(lines: list[str]) -> Iterator[Form | None]:
    """Yield the forms that are rows; None where a form cannot be read at once."""
    text = pl.Series("line", lines)
    if len({_DIGITS.sub("0", line) for line in lines[:SAMPLE_LINES]}) == 1:
        whole = _form(text, np.arange(len(lines), dtype=np.int64), lines[0])
        if whole is not None:
            yield whole
            return
    shapes = pl.DataFrame({"shape": text.str.replace_all(r"\d+", "0"), "at": np.arange(len(lines), dtype=np.int64)})
    groups = shapes.group_by("shape", maintain_order=True).agg("at")
    if groups.height > MOST_FORMS:
        yield None
        return
    for at in groups["at"]:
        form = _form(text, at.to_numpy(), lines[at[0]])
        if form is not None or not _is_aside(lines[at[0]]):
            yield form


def _is_aside(line: str) -> bool:
    """Whether a line tells nothing, whatever its digits."""
    if len(line) > LONGEST_LINE or announces(line) or is_of_several_lines(line):
        return False
    return not any(p.key or p.total for p in pairs(line))


def _form(text: pl.Series, at: np.ndarray, line: str) -> Form | None:
    """The rows of a form by one of its lines; None if it has no loss or needs more than its own numbers."""
    gaps = number_gaps(line)
    if gaps is None or announces(line) or is_of_several_lines(line) or is_labelled(line):
        return None
    found = pairs(line)
    numbers = _numbers(text.gather(at), gaps, len(found))
    if numbers is None:
        return None
    counting, named = sorted_out([replace(p, value=float(i)) for i, p in enumerate(found)])
    cells = cells_of(named, "", frozenset(counting))
    if not any(map(is_loss, cells)) or not _counts_on(counting, numbers):
        return None
    places = {kind: pair.value for kind, pair in counting.items()} | cells
    spellings = {kind: pair.key for kind, pair in counting.items() if pair.key}
    return Form(at, {cell: numbers[int(i)] for cell, i in places.items()}, spellings)


def _counts_on(counting: dict[str, Pair], numbers: list[Floats]) -> bool:
    """Whether no counter of k of n begins again, which would be counted on over the epochs."""
    total = [numbers[int(p.value)] for kind, p in counting.items() if p.total and kind != "epoch"]
    return all(bool((np.diff(values) >= 0).all()) for values in total)


def _numbers(lines: pl.Series, gaps: list[str], count: int) -> list[Floats] | None:
    """The numbers between the gaps, one array for each place; None if a line does not fit."""
    if len(gaps) != count + 1:
        return None
    pattern = "^" + _NUMBER.join(gaps) + "$"
    try:
        frame = lines.str.extract_groups(pattern).struct.unnest().cast(pl.Float64, strict=False)
    except pl.exceptions.PolarsError:
        return None
    if frame.width != count or any(column.null_count() for column in frame):
        return None
    return [column.to_numpy() for column in frame]


def _sheet(forms: list[Form]) -> Sheet | None:
    """The sheet of all forms, in the order of their lines."""
    rows = _rows(forms)
    if rows is None:
        return None
    count = int(max(at.max() for at in rows)) + 1
    cells = _cells(forms, rows)
    named, losses = names_of({i: len(c.rows) for i, c in cells.items() if isinstance(i, Identity)})
    kinds = [kind for kind in KINDS if kind in cells]
    spoken = {kind: Counter[str]() for kind in kinds}
    for form in forms:
        for kind, spelling in form.spellings.items():
            spoken[kind][spelling] += len(form.lines)
    titles = [clock_title(kind, spoken[kind]) for kind in kinds] + list(named.values())
    naming = dict(zip([*kinds, *named], unique(titles)))
    cells = _filled(cells, count)
    kept = np.zeros(count, bool)
    for identity in losses:
        kept[cells[identity].rows] = True
    place = np.cumsum(kept) - 1
    columns: dict[str, Floats | Sparse] = {}
    for cell, own in cells.items():
        if cell in naming:
            is_kept = kept[own.rows]
            values = own.values[is_kept]
            columns[naming[cell]] = values if len(values) == kept.sum() else Sparse(place[own.rows[is_kept]], values)
    return Sheet(columns, int(kept.sum()), losses=tuple(naming[i] for i in losses))


def _rows(forms: list[Form]) -> list[np.ndarray] | None:
    """The row of each line of each form: a line begins one where a counter or a loss of the row comes again."""
    order = np.concatenate([form.lines for form in forms])
    by_line = np.argsort(order, kind="stable")
    kind_of = np.concatenate([np.full(len(form.lines), i) for i, form in enumerate(forms)])[by_line]
    counts = {
        k: np.concatenate([f.values.get(k, np.full(len(f.lines), np.nan)) for f in forms])[by_line] for k in KINDS
    }
    begins = np.zeros(len(order), bool)
    begins[0] = True
    for values in counts.values():
        begins[1:] |= (values[1:] != values[:-1]) & ~np.isnan(values[1:]) & ~np.isnan(values[:-1])
    losses = [frozenset(filter(is_loss, form.values)) for form in forms]
    others = [frozenset(i for i in form.values if isinstance(i, Identity)) - losses[j] for j, form in enumerate(forms)]
    for i in np.flatnonzero(~begins).tolist():
        for j in _back_to_beginning(begins, i):
            ours, theirs = kind_of[i], kind_of[j]
            begins[i] |= bool(losses[ours] & losses[theirs]) or any(abs(v[i] - v[j]) > 0 for v in counts.values())
            if not begins[i] and others[ours] & others[theirs]:
                return None
    rows = np.empty(len(order), np.int64)
    rows[by_line] = np.cumsum(begins) - 1
    return np.split(rows, np.cumsum([len(form.lines) for form in forms])[:-1])


def _back_to_beginning(begins: np.ndarray, line: int) -> Iterator[int]:
    """The lines of the row that a line may belong to, the last first."""
    for j in range(line - 1, -1, -1):
        yield j
        if begins[line] or begins[j]:
            return


def _cells(forms: list[Form], rows: list[np.ndarray]) -> dict[Cell, Sparse]:
    """The cells of all rows, in the order in which they first appear."""
    parts: dict[Cell, list[tuple[np.ndarray, Floats]]] = {}
    for form, at in sorted(zip(forms, rows, strict=True), key=lambda pair: int(pair[0].lines[0])):
        for cell, values in form.values.items():
            parts.setdefault(cell, []).append((at, values))
    found = {}
    for cell, pieces in parts.items():
        at = np.concatenate([rows for rows, _values in pieces])
        order = np.argsort(at, kind="stable")
        values = np.concatenate([values for _rows, values in pieces])[order]
        first = np.concatenate([[True], np.diff(at[order]) > 0])
        found[cell] = Sparse(at[order][first], values[first])
    return found


def _filled(cells: dict[Cell, Sparse], count: int) -> dict[Cell, Sparse]:
    """The cells with the counters of rows that have none: those of the row before or after, as `LineContexts` finds.

    In the order in which they first appear; what is filled in stands before a row's own.
    """
    found = {}
    for cell, own in cells.items():
        found[cell] = _filled_in(own, count, cell == "epoch") if cell in ("step", "epoch") else own
    is_own = {cell: bool(len(cells[cell].rows)) and cells[cell].rows[0] == found[cell].rows[0] for cell in cells}
    return {cell: found[cell] for cell in sorted(cells, key=lambda cell: (found[cell].rows[0], is_own[cell]))}


def _filled_in(own: Sparse, count: int, may_come_after: bool) -> Sparse:
    rows = np.arange(count)
    is_after = may_come_after and own.rows[-1] == count - 1
    at = np.searchsorted(own.rows, rows) if is_after else np.searchsorted(own.rows, rows, "right") - 1
    return Sparse(rows[at >= 0], own.values[at[at >= 0]])
