"""Converts JSON objects, however nested, to rows of named numbers."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from engine.logs.names import clocks
from engine.logs.numbers import parse
from engine.logs.pairs import ROLE
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.role_words import TRAIN, plain_role
from engine.table import Floats, Rows, Sparse

DEEPEST = 6
MOST_COLUMNS = 5000
LONGEST_NUMBER_TEXT = 40
FEW_ROWS = 5
MOST_SHAPES = 30  # of records that are read column by column

PHASES = frozenset(
    (
        "mode",
        "split",
        "phase",
        "stage",
        "set",
        "subset",
        "type",
        "dataset",
        "partition",
        "event",
        "kind",
        "loop",
        "part",
    )
)
RUNS = frozenset(
    ("run", "run_id", "run_name", "run_uuid", "experiment", "trial", "trial_id", "seed", "fold", "model", "rank")
)
TAGS = frozenset(("name", "metric", "key", "tag", "metricname"))
_VALUES = ("value", "metricValue")  # as Comet names it
_BARE = pattern(r"(?<![\w\"])([-+]?)(nan|NAN|inf|Inf|INF|-?infinity)(?![\w\"])")


def parse_json(text: str) -> Any:
    """Parse JSON in which bare ``nan`` and ``inf`` in any spelling are numbers, as trainers write them.

    Raises
    ------
    ValueError
        If it is not JSON, or nested too deeply.

    Examples
    --------
    >>> parse_json('{"loss": nan, "lr": -inf}')
    {'loss': nan, 'lr': -inf}
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        mended = _BARE.sub(_spell, text)
        if mended == text:
            raise
    try:
        return json.loads(mended)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def as_object(line: str) -> dict[str, Any] | None:
    """Parse a line as an object; None if it is not one."""
    if not line.startswith("{"):
        return None
    try:
        item = parse_json(line)
    except ValueError:
        return None
    return item if isinstance(item, dict) else None


def _spell(match: re.Match[str]) -> str:
    if match[2].lower() == "nan":
        return "NaN"
    return "-Infinity" if match[1] == "-" or match[2].startswith("-") else "Infinity"


def as_number(value: Any) -> float | None:
    """A JSON value as a number; numeric texts count, booleans do not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER_TEXT:
        return parse(value)
    if isinstance(value, list) and len(value) == 1:
        return as_number(value[0])
    return None


def flatten(item: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, float]:
    """The numbers of an object, with nested names joined by slashes.

    Examples
    --------
    >>> flatten({"step": 1, "train": {"loss": "0.5", "ok": True}})
    {'step': 1.0, 'train/loss': 0.5}
    """
    found: dict[str, float] = {}
    for key, value in item.items():
        name = f"{prefix}{key}"
        number = as_number(value)
        if number is not None:
            found[clean_name(name)] = number
        elif isinstance(value, dict) and depth < DEEPEST and len(found) < MOST_COLUMNS:
            found.update(flatten(value, f"{name}/", depth + 1))
    return found


def row_of(item: Mapping[str, Any]) -> dict[str, float]:
    """Convert a record to a row.

    A word like ``"mode": "val"`` is added to its names; ``{"name": "loss", "value": 0.5}`` becomes a column.
    """
    row = flatten(item)
    tag = next((v for k, v in item.items() if str(k).lower() in TAGS and isinstance(v, str)), None)
    value = next((name for name in _VALUES if name in row), None)
    if tag is not None and value is not None:
        row[clean_name(tag)] = row.pop(value)
    role = next(
        (v for k, v in item.items() if str(k).lower() in PHASES and isinstance(v, str) and ROLE.fullmatch(v)), ""
    )
    return with_role(row, role)


def with_role(row: dict[str, float], role: str) -> dict[str, float]:
    """A row whose names say that it is of validation, where a word beside it says so."""
    if not role or plain_role(role) == TRAIN:
        return row
    kept = {name for kind in ("step", "epoch", "other", "time") for name in clocks(list(row), kind)}
    return {name if name in kept or ROLE.search(name) else f"{role}_{name}": value for name, value in row.items()}


def plain_numbers(values: Sequence[Any], may_be_null: bool = True) -> Floats | None:
    """The values as an array if they are plain numbers or null, which is NaN; None if some are anything else.

    Examples
    --------
    >>> plain_numbers([1, 0.5, None]), plain_numbers([1, "2"])
    (array([1. , 0.5, nan]), None)
    """
    kinds = set(map(type, values))
    if not kinds <= ({int, float, type(None)} if may_be_null else {int, float}):
        return None
    try:
        return np.array(values, np.float64)  # null becomes NaN
    except OverflowError:  # a whole number beyond the floats
        return None


def sheet_of_records(items: Iterable[Mapping[str, Any]]) -> Sheet:
    """The sheet of a list of records; a number in a single record above many others is a setting."""
    items = list(items)
    return _sheet_of_plain(items) or _sheet_of_rows([row_of(item) for item in items])


def _sheet_of_plain(items: Sequence[Mapping[str, Any]]) -> Sheet | None:
    """The sheet of many records that are flat and all of numbers, column by column; None if they are not."""
    if len(items) < FEW_ROWS:
        return None
    shapes = _shapes(items)
    if len(shapes) > MOST_SHAPES or len(shapes) > len(items) / 4:
        return None
    names = dict.fromkeys(key for shape in shapes for key in shape)
    cleaned = {key: clean_name(str(key)) for key in names}
    if len(set(cleaned.values())) < len(names) or TAGS & {str(key).lower() for key in names}:
        return None
    parts: dict[str, list[Sparse]] = {cleaned[key]: [] for key in names}
    for shape, rows in shapes.items():
        own = items if len(rows) == len(items) else [items[i] for i in rows.tolist()]
        for key in shape:
            numbers = plain_numbers(list(map(itemgetter(key), own)), may_be_null=False)
            if numbers is None:
                return None
            parts[cleaned[key]].append(Sparse(rows, numbers))
    return _of_parts({name: _joined(pieces) for name, pieces in parts.items()}, len(items))


def _shapes(items: Sequence[Mapping[str, Any]]) -> dict[tuple[str, ...], Rows]:
    """The keys that records have, and the places of those that have them."""
    first = tuple(items[0])
    if all(map(first.__eq__, map(tuple, items))):
        return {first: np.arange(len(items), dtype=np.int64)}
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, shape in enumerate(map(tuple, items)):
        places[shape].append(i)
    return {shape: np.array(own, np.int64) for shape, own in places.items()}


def _joined(pieces: Sequence[Sparse]) -> Sparse:
    if len(pieces) == 1:
        return pieces[0]
    rows, values = (np.concatenate(parts) for parts in zip(*((p.rows, p.values) for p in pieces), strict=True))
    order = np.argsort(rows, kind="stable")
    return Sparse(rows[order], values[order])


def _of_parts(columns: Mapping[str, Sparse], records: int) -> Sheet:
    """The sheet of columns by record; a number in a single one of the first two records is a setting."""
    settings = {name: float(cells.values[0]) for name, cells in columns.items() if len(cells.rows) == 1}
    kept = {name: cells for name, cells in columns.items() if name not in settings}
    has_any = np.zeros(records, bool)
    for cells in kept.values():
        has_any[cells.rows] = True
    place, count = np.cumsum(has_any) - 1, int(np.count_nonzero(has_any))
    sheet = Sheet({}, count)
    for name, cells in kept.items():
        rows = place[cells.rows].astype(np.int64)
        sheet.columns[name] = cells.values if len(rows) == count else Sparse(rows, cells.values)
    sheet.settings = {name: value for name, value in settings.items() if columns[name].rows[0] < 2}
    return sheet


def _sheet_of_rows(rows: Sequence[dict[str, float]]) -> Sheet:
    counts = Counter(name for row in rows for name in row)
    is_long = len(rows) >= FEW_ROWS
    settings = {n: row[n] for row in rows[:2] for n in row if is_long and counts[n] == 1}
    collector = RowCollector()
    for row in rows:
        kept = {name: value for name, value in row.items() if not (is_long and counts[name] == 1)}
        if kept:
            collector.add(kept)
    sheet = collector.sheet()
    sheet.settings = settings
    return sheet
