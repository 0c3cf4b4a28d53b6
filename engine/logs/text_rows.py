"""Reads rows from lines of text: which numbers belong to one row, and which to one series.

A series is identified by the name of its numbers, the word for training or validation before it, and the counters in
the line: ``epoch 1 - iter 14/149 - loss 0.49`` and ``EPOCH 1 done: loss 0.29`` are two series. Lines without counters
continue the row above until a name repeats, so values may be spread over several lines.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np

from engine.logs.deriving import IN_EPOCH
from engine.logs.dialect import unique
from engine.logs.drawn_lines import drawn_lines, is_bar
from engine.logs.epoch_means import EpochMeans
from engine.logs.line_clocks import better_clock, clock_kind
from engine.logs.line_contexts import Counts, LineContexts
from engine.logs.line_notes import LineNotes
from engine.logs.line_ranks import Ranks
from engine.logs.losses import counts_up
from engine.logs.names import Likeness, auxiliary, likeness
from engine.logs.pairs import LONGEST_LINE, ROLE, Pair, pairs
from engine.logs.phases import Phase
from engine.logs.printed_series import Identity, clock_title, names_of, title
from engine.logs.rounds import Rounds
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.text import LONGEST_NAME, without_terminal_codes
from engine.patterns import pattern

KINDS = ("step", "epoch", "batch")
_COUNTING = frozenset(KINDS)
_LEAD = "column 1"  # a number without a name at the start of each line
_PLACE = "place"  # in the whole training, where the counter begins again with every epoch
_PART = "part"  # of an announced evaluation: its own count of mini-batches, so that equal losses are told apart
_HIDDEN = frozenset((_LEAD, _PLACE, _PART))
# LightGBM and XGBoost say the values of the best iteration again when they stop.
_REPEATS = pattern(r"(?i)\bbest iteration(?: is)?:\s*$")
# The bar of a validation in the middle of a training: Validation DataLoader 0: 100%|###| 4/4 [00:00<00:00, 99.1it/s]
_VALIDATES = pattern(r"(?i)\s{0,40}(?:valid|eval|test)\w{0,7}\b")
# What is said of a checkpoint that training goes on from was measured before.
_RESTORES = pattern(
    r"(?i)\b(?:resum(?:ed?|ing)|restored?|restoring|(?:re)?load(?:ed|ing))\b[^\r\n]{0,120}?"
    r"(?:checkpoint|ckpt|snapshot|weights|\.pth?\b|\.tar\b|\bfrom (?:step|epoch|iter))"
)
_AT_END = "100%|"  # Lightning 1 counts the batches of validation on in the bar of the training
_SIZE = pattern(r"(?i)(?:train|training|val|valid|validation|test)[ _](?:steps|batches)")
_SIZE_HELD_OUT = pattern(r"(?i)(?:val|valid|validation|test)[ _](?:steps|batches)")
_OF_KERAS = "/step"  # whose bars show results of validation only where they are new
_RANKS = frozenset(("rank", "local_rank", "global_rank"))  # of the process that writes the line
Cells = dict[Identity | str, float]


class LineReader:
    """Converts lines, fed in any portions, to rows.

    Parameters
    ----------
    is_any_taken : bool
        Take all numbers beside counters, where no line has a loss: rewards, accuracies, scores.
    needs_counter : bool
        Whether such a number must be beside a counter of steps or epochs.

    Examples
    --------
    >>> reader = LineReader()
    >>> reader.feed(["Epoch 1: loss 0.9, val_loss 1.0", "Epoch 2: loss 0.5, val_loss 0.8"])
    >>> sheet = reader.sheet()
    >>> sheet.losses, sheet.columns["Epoch"]
    (('loss', 'val_loss'), array([1., 2.]))
    """

    def __init__(self, is_any_taken: bool = False, needs_counter: bool = True) -> None:
        self._is_any_taken = is_any_taken
        self._needs_counter = needs_counter
        self._rows: list[Cells] = []
        self._row: Cells = {}
        self._contexts = LineContexts()
        self._began: Counts = {}  # the counters known when the row began
        self._heads: frozenset[str] | None = None  # the counters that stand above their values, by the first row
        self._shown: Cells = {}  # the results of validation beside the last draw of a bar
        self._means = EpochMeans()
        self._drawn: Cells = {}  # all that stood beside it
        self._drawn_at: Counts = {}
        self._is_validated = False  # whether the bar of a validation was drawn since
        self._waiting: Counts = {}  # counters in a line of their own, of which it is open whether the row goes on
        self._phase = Phase()
        self._has_loss = False
        self._unfinished = ""  # a line that names a loss whose value is on the next one
        self._is_spread = False  # whether any row is from several lines
        self._table: dict[str, str] | None = None  # the counters of a printed table with a name and a number a line
        self._tables: set[int] = set()  # the rows that were such a table
        self._is_summary = False  # whether the next line repeats an earlier one
        self._rounds = Rounds()
        self._placed = ""  # the kind of counter that the places are counted with
        self._notes = LineNotes()
        self._ranks = Ranks()
        self._naming: dict[Identity | str, str] = {}
        self._spellings: dict[str, Counter[str]] = defaultdict(Counter)

    def feed(self, lines: Iterable[str]) -> None:
        """Read more lines."""
        for line in lines:
            self._notes.line += 1
            if line and not line.isspace():
                self._feed_line(line)

    def _feed_line(self, line: str) -> None:
        line = self._ranks.told(without_terminal_codes(line))
        if self._unfinished:
            line, self._unfinished = f"{self._unfinished} {line}", ""
        is_summary, self._is_summary = self._is_summary, bool(_REPEATS.search(line))
        if is_summary:
            self._notes.repeats()
            return
        if len(line) > LONGEST_LINE:
            self._notes.skips()
            return
        found = pairs(line)
        if not found:
            self._hear(line)
            return
        counting, named = sorted_out(found)
        if len(found) == 1 and line.startswith("|") and line.rstrip().endswith("|"):
            self._count_in_table(counting, named)
        for kind, pair in counting.items():
            if pair.key:
                self._spellings[kind][pair.key] += 1
        self._place(line, found, counting, named)

    def _hear(self, line: str) -> None:
        """A line without numbers."""
        if self._table is not None and not line.startswith("|"):
            self._flush()  # a rule between two tables
        self._unfinished = _unfinished(line)
        self._phase.hear(line)

    def _count_in_table(self, counting: dict[str, Pair], named: list[Pair]) -> None:
        """In a table of names and numbers the first counter of a kind counts; others are values beside it."""
        if self._table is None:
            self._flush()
            self._table = {}
        for kind, pair in list(counting.items()):
            if self._table.setdefault(kind, pair.key) != pair.key:
                named.append(counting.pop(kind))

    def _place(self, line: str, found: list[Pair], counting: dict[str, Pair], named: list[Pair]) -> None:
        counts = {kind: pair.value for kind, pair in counting.items()}
        if any(self._row.get(kind, value) != value for kind, value in counts.items()):
            self._flush()
        has_loss = any(self._is_wanted(p.key, counts) for p in named)
        if has_loss and _RESTORES.search(line):
            self._notes.restores()
            return
        is_continued = self._has_loss and len(named) <= 2
        if not (has_loss or is_continued or self._table is not None):
            named = [p for p in named if auxiliary(p.key)] if len(named) <= 12 else []
        if not named:
            self._wait(line, counts | self._rounds.end_of(counting.get(self._placed), counts.get("epoch"), _PLACE))
            return
        if not has_loss and self._table is None and self._has_loss:
            self._close_before(counts)
        role = self._phase.of_line(line, counting, named) if has_loss else ""
        part: Cells = {}
        if role and self._phase.role:
            self._notes.takes_role()
            part = dict(zip([_PART], [value for kind, value in counts.items() if kind != "epoch"], strict=False))
            counts = {kind: value for kind, value in counts.items() if kind == "epoch"}
        cells = cells_of(named, role, frozenset(counts) & _COUNTING) | part
        counts |= self._place_of(counting, counts) if any(_is_training_loss(i) for i in cells) else {}
        if has_loss and not counts and (lead := _lead(found)) is not None:
            cells[_LEAD] = lead
        self._add(
            counts, self._fresh(cells, counts, _AT_END in line) if is_bar(line) and _OF_KERAS not in line else cells
        )
        self._has_loss = self._has_loss or has_loss

    def _is_wanted(self, key: str, counts: Counts) -> bool:
        is_beside_counter = self._is_any_taken and bool(counts or self._contexts.now or not self._needs_counter)
        return likeness(key) >= Likeness.MEASURE or (is_beside_counter and bool(key) and auxiliary(key) is None)

    def _place_of(self, counting: dict[str, Pair], counts: Counts) -> Counts:
        """The place of a line in the whole training, by its counter of steps or mini-batches."""
        kind = self._placed or next((kind for kind in ("step", "batch") if kind in counting), "")
        if kind not in counting:
            return {}
        self._placed = kind
        place = self._rounds.count(counting[kind], counts.get("epoch", self._contexts.now.get("epoch")))
        return {} if place is None else {_PLACE: place}

    def _close_before(self, counts: Counts) -> None:
        """End the row at a line without a loss that says the counters of the next one, where they stand above it.

        A printed table has its counters among its values.
        """
        if (
            self._table is None
            and self._heads
            and any(k in self._heads and v != self._began.get(k, v) for k, v in counts.items())
        ):
            self._flush()

    def _wait(self, line: str, counts: Counts) -> None:
        """A line with counters and no values: whether it begins a row is seen from the next values."""
        self._phase.hear(line)
        if is_bar(line) and _VALIDATES.match(line):
            self._shown, self._is_validated = {}, True
        if "epoch" in counts and counts["epoch"] != self._contexts.now.get("epoch"):
            self._phase.role = ""
        self._close_before(counts)
        if self._row:
            self._waiting.update(counts)
        self._contexts.say(counts)

    def _fresh(self, cells: Cells, counts: Counts, is_at_end: bool) -> Cells:
        """The cells beside a bar without those that it has shown since the last evaluation, or before it.

        Results of validation stand beside a bar until the next ones; the loss of training that stood beside it before
        the bar of a validation stands there afterwards too.
        """
        held_out: Cells = {i: v for i, v in cells.items() if isinstance(i, Identity) and i.is_held_out}
        stale = {i for i, v in held_out.items() if _is_same(self._shown.get(i), v)}
        self._shown.update(held_out)
        stale |= self._means.still_shown({i: v for i, v in cells.items() if _is_training_loss(i)}, is_at_end)
        is_there_still = is_at_end and counts.get("epoch") == self._drawn_at.get("epoch")
        is_drawn_again = counts == self._drawn_at and self._means.has_new
        if is_drawn_again or (self._is_validated and (counts == self._drawn_at or is_there_still)):
            stale |= {i for i, v in cells.items() if is_loss(i) and _is_same(self._drawn.get(i), v)} - held_out.keys()
        if any(map(is_loss, cells)):
            self._drawn, self._drawn_at, self._is_validated = cells, counts, False
        return {i: v for i, v in cells.items() if i not in stale}

    def _add(self, counts: Counts, cells: Cells) -> None:
        """Add the cells of a line to the row, or begin the next one where a name repeats."""
        if any(i in self._row and (self._row[i] != v or is_loss(i)) for i, v in cells.items()):
            self._flush()
        elif self._row:
            self._row.update(self._waiting)
        self._waiting = {}
        if not self._row:
            self._began = self._contexts.now
        if self._heads is None and self._table is None and any(map(is_loss, cells)):
            self._heads = frozenset(self._began)
        self._is_spread = self._is_spread or bool(self._row)
        self._contexts.say(counts)
        self._row.update(counts)
        self._row.update(cells)

    def _flush(self) -> None:
        is_table = self._table is not None and len(self._row) > 1
        if self._has_loss or is_table:
            self._tables |= {len(self._rows)} if is_table else set()
            self._rows.append(self._row)
            own = {"epoch": self._row["epoch"]} if "epoch" in self._row else {}
            self._contexts.close(self._began, own | self._waiting)
        self._row, self._waiting = {}, {}
        self._table, self._has_loss = None, False

    @property
    def points(self) -> int:
        """Number of rows with a loss, and of printed tables."""
        return len(self._rows)

    def rows_since(self, row: int) -> list[dict[str, float]]:
        """Rows from `row` on, column name to value; if a line is a row, including the last line."""
        if not self._is_spread:
            self._flush()
        naming = self._naming or self._named()[0]
        fresh = {i for cells in self._filled(row) for i in cells if i not in naming and i not in _HIDDEN}
        self._naming = naming | {i: i if isinstance(i, str) else title(i) for i in fresh}
        rows = self._filled(row)
        return [{self._naming[i]: value for i, value in cells.items() if i in self._naming} for cells in rows]

    def _filled(self, row: int = 0) -> list[Cells]:
        """The rows with the counters that stand in lines of their own."""
        stop = len(self._rows)
        contexts: list[Cells] = [dict(counts.items()) for counts in self._contexts.fill(row, stop)]
        return [context | cells for context, cells in zip(contexts, self._rows[row:stop])]

    def finish(self) -> None:
        """Complete the last row, since there are no more lines."""
        self._flush()

    def sheet(self) -> Sheet:
        """The sheet read so far, with named series."""
        self.finish()
        self._naming, losses = self._named()
        naming = self._naming
        collector = RowCollector()
        tables = self._tables if any(not self._rows[i].keys().isdisjoint(losses) for i in self._tables) else ()
        before: Cells = {}
        for i, row in enumerate(self._filled()):
            if not row.keys().isdisjoint(losses) or i in tables or self._is_any_taken:
                if not _says_again(row, before):
                    collector.add({naming[i]: value for i, value in row.items() if i in naming})
                else:
                    self._notes.repeats_row()
                before = row
        sheet = collector.sheet()
        sheet.x = _LEAD if _LEAD in sheet.columns else None
        sheet.losses = tuple(naming[i] for i in losses)
        sheet.warnings = self._notes.warnings()
        return sheet

    def _named(self) -> tuple[dict[Identity | str, str], list[Identity]]:
        """Column names of the series with enough points and of the counters, and which series are losses."""
        counts = Counter(i for row in self._filled() for i in row)
        has_places = counts[_PLACE] > 0 and self._rounds.are_several
        kinds = [kind for kind in KINDS if counts[kind]]
        named, losses = names_of({i: count for i, count in counts.items() if isinstance(i, Identity)})
        if not kinds and self._leads(losses):
            return dict(zip([_LEAD, *named], unique([_LEAD, *named.values()]))), losses
        titles = [
            clock_title(k, self._spellings[k]) + (IN_EPOCH if has_places and k == self._placed else "") for k in kinds
        ]
        if has_places:
            kinds, titles = [*kinds, _PLACE], [*titles, clock_title(self._placed, self._spellings[self._placed])]
        titles += named.values()
        return dict(zip([*kinds, *named], unique(titles))), losses

    def _leads(self, losses: list[Identity]) -> bool:
        """Whether the number at the start of the lines counts them."""
        wanted = set(losses)
        rows = [row for row in self._rows if not row.keys().isdisjoint(wanted)]
        return bool(rows) and all(_LEAD in row for row in rows) and counts_up(np.array([row[_LEAD] for row in rows]))


def _lead(found: list[Pair]) -> float | None:
    """The whole number without a name at the start of a line; None if there is none."""
    first = found[0]
    return first.value if not first.key and not first.total and first.value.is_integer() and first.value >= 0 else None


def _says_again(row: Cells, before: Cells) -> bool:
    """Whether a row repeats the one before, its step included, as where two handlers write each message."""
    if "step" not in row or row.keys() != before.keys():
        return False
    return all(value == before[i] or (value != value and before[i] != before[i]) for i, value in row.items())


def sorted_out(found: Iterable[Pair]) -> tuple[dict[str, Pair], list[Pair]]:
    """The counters of a line by what they count, and its other numbers with a name."""
    counting: dict[str, Pair] = {}
    named: list[Pair] = []
    found = list(found)
    if any(_SIZE_HELD_OUT.fullmatch(pair.key) for pair in found):  # Train steps: 80 Val steps: 20
        found = [pair for pair in found if not _SIZE.fullmatch(pair.key)]
    for pair in found:
        kind = clock_kind(pair)
        if kind is None:
            if pair.key:
                named.append(pair)
        else:
            counting[kind] = better_clock(counting.get(kind), pair, kind)
    return counting, named


def cells_of(named: Iterable[Pair], role: str, counted: frozenset[str]) -> Cells:
    """The cells of a line; `role` is that of the lines around it."""
    cells: Cells = {}
    named = list(named)
    rank = next((p.value for p in named if p.key.lower() in _RANKS), 0.0)
    for p in named:
        key = f"rank {rank:.0f} {p.key}" if rank > 0 and rank.is_integer() and p.key.lower() not in _RANKS else p.key
        identity = Identity(key, _role(p) or (role if not ROLE.search(p.key.replace("_", " ")) else ""), counted)
        if identity in cells and p.group:
            identity = identity._replace(key=f"{p.group} {p.key}")
        cells.setdefault(identity, p.value)
    return cells


def is_of_several_lines(line: str) -> bool:
    """Whether a line is read together with the next one, or is a part of a table."""
    is_part = line.startswith("|") and line.rstrip().endswith("|")
    return is_part or bool(_REPEATS.search(line)) or bool(_unfinished(line))


def _unfinished(line: str) -> str:
    """The line if it is short like ``loss:``, with its value on the next line; else empty."""
    text = line.strip()
    is_named = len(text) <= LONGEST_NAME and text.endswith((":", "=", "：")) and likeness(text) >= Likeness.MEASURE
    return text if is_named else ""


def _is_same(shown: float | None, value: float) -> bool:
    return shown == value or (shown is not None and shown != shown and value != value)


def is_loss(cell: Identity | str) -> bool:
    return isinstance(cell, Identity) and likeness(cell.key) >= Likeness.MEASURE


def _is_training_loss(cell: Identity | str) -> bool:
    return isinstance(cell, Identity) and not cell.is_held_out and is_loss(cell)


def _role(pair: Pair) -> str:
    """The role by the words before a name; empty if the name contains it."""
    return "" if ROLE.search(pair.key.replace("_", " ")) else pair.role


def read_text(text: str) -> Sheet:
    """Read the sheet of a whole text."""
    reader = LineReader()
    reader.feed(drawn_lines(text))
    return reader.sheet()
