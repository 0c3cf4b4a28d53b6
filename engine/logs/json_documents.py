"""Finds records or columns in a JSON document at any depth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from engine.logs.evaluations import sheet_of_evaluations
from engine.logs.json_rows import DEEPEST, as_number, plain_numbers, sheet_of_records
from engine.logs.names import Likeness, clocks, likeness, loss_columns
from engine.logs.pairs import ROLE
from engine.logs.sheet import Sheet
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.role_words import plain_role
from engine.table import Floats

LEAST_LENGTH = 2
MOST_SHEETS = 200
_NAMES, _ROWS = ("columns", "header", "headers", "fields", "names"), ("data", "rows", "values")
FIRST_WALL_TIME = 1e8  # seconds since 1970: what is smaller is a count
_INTEGER = pattern(r"(?:([A-Za-z]+)[ _-]?)?(\d{1,12})")


def sheets_of(document: Any) -> list[Sheet]:
    """Find the sheets in a document: lists of records, objects of columns, objects keyed by step, lists of numbers.

    Examples
    --------
    >>> sheets_of({"history": {"loss": [0.5, 0.2], "val_loss": [0.6, 0.4]}})[0].columns
    {'loss': array([0.5, 0.2]), 'val_loss': array([0.6, 0.4])}
    """
    found = list(_search(document, (), 0))
    if len(found) == 1:
        found[0].title = None
    having = [sheet for sheet in found if loss_columns(list(sheet.columns)) or not sheet.are_names_given]
    return (having or found)[:MOST_SHEETS]


def _search(item: Any, path: tuple[str, ...], depth: int) -> Iterator[Sheet]:
    if depth > DEEPEST:
        return
    if isinstance(item, list):
        yield from _of_list(item, path, depth)
    elif isinstance(item, dict):
        yield from _of_object(item, path, depth)


def _of_list(item: list[Any], path: tuple[str, ...], depth: int) -> Iterator[Sheet]:
    records = [part for part in item if isinstance(part, dict)]
    if len(records) >= LEAST_LENGTH and len(records) >= 0.5 * len(item):
        sheet = sheet_of_records(records)
        if sheet.columns:
            yield _titled(sheet, path)
            return
    if len(numbers := _numbers(item)):
        name = clean_name(path[-1]) if path else "column 1"
        yield _titled(Sheet({name: np.array(numbers)}, len(numbers), are_names_given=bool(path)), path[:-1])
        return
    if table := _triples(item):
        yield _titled(table, path)
        return
    for i, part in enumerate(item[:MOST_SHEETS]):
        yield from _search(part, (*path, str(i)), depth + 1)


def _of_object(item: dict[str, Any], path: tuple[str, ...], depth: int) -> Iterator[Sheet]:
    if evaluations := sheet_of_evaluations(item):
        yield _titled(evaluations, path)
        return
    if keyed := _keyed_by_number(item):
        yield _titled(sheet_of_records(keyed), path)
        return
    if by_role := _by_role(item):
        yield from (_titled(sheet, path) for sheet in by_role)
        return
    if records := _records_by_role(item):
        yield _titled(sheet_of_records(records), path)
        return
    if split := _split_frame(item):
        yield _titled(split, path)
        return
    listed = ((k, _indexed(v) if isinstance(v, dict) else v) for k, v in item.items())
    columns = {clean_name(str(k)): np.array(n) for k, v in listed if isinstance(v, list) and len(n := _numbers(v))}
    columns |= _shared_index(item, columns)
    yield from (_titled(sheet, path) for sheet in by_length(columns))
    for key, value in item.items():
        if isinstance(value, (dict, list)) and clean_name(str(key)) not in columns:
            yield from _search(value, (*path, str(key)), depth + 1)


def _by_role(item: dict[str, Any]) -> list[Sheet]:
    """The sheets of ``{"epochs": […], "train": {"loss": […]}, "val": {"loss": […]}}``, each name with its role."""
    roles = {str(k): v for k, v in item.items() if isinstance(v, dict) and ROLE.fullmatch(str(k))}
    if len({plain_role(role) for role in roles}) < LEAST_LENGTH:
        return []
    columns: dict[str, Floats] = {}
    for key, value in item.items():
        if isinstance(value, list) and len(numbers := _numbers(value)):
            columns[clean_name(str(key))] = np.array(numbers)
        for name, held in value.items() if key in roles else ():
            if isinstance(held, list) and len(numbers := _numbers(held)):
                columns[clean_name(f"{key}/{name}")] = np.array(numbers)
    return list(by_length(columns))


def _records_by_role(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of ``{"train": [{"epoch": 1, "loss": …}, …], "val": […]}``, joined by what both count."""
    lists = {str(k): v for k, v in item.items() if isinstance(v, list) and ROLE.fullmatch(str(k))}
    if len({plain_role(role) for role in lists}) < LEAST_LENGTH or not all(map(_are_records, lists.values())):
        return []
    shared = set.intersection(*(set(record) for records in lists.values() for record in records))
    names = sorted(name for name in shared if isinstance(name, str))
    clock = next(iter(clocks(names, "step") + clocks(names, "epoch")), None)
    joined: dict[Any, dict[str, Any]] = {}
    for role, records in lists.items():
        for place, record in enumerate(records):
            count = record[clock] if clock is not None else place
            if not isinstance(count, (int, float)) or f"{role}/" in joined.setdefault(count, {}):
                return []  # several records of a set at one count
            joined[count][f"{role}/"] = None
            own = {k if k == clock else f"{role}/{k}": v for k, v in record.items()}
            joined[count].update(own)
    return [{k: v for k, v in joined[count].items() if not k.endswith("/")} for count in sorted(joined)]


def _are_records(item: list[Any]) -> bool:
    return len(item) >= LEAST_LENGTH and all(isinstance(part, dict) and part for part in item)


def _shared_index(item: dict[str, Any], columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """What columns like ``{"1": 0.5, "2": 0.4}`` count, if all count the same and not just their rows."""
    keys = {tuple(v) for k, v in item.items() if isinstance(v, dict) and clean_name(str(k)) in columns}
    if len(keys) != 1 or "index" in columns or any(isinstance(v, list) for v in item.values()):
        return {}
    index = np.array([float(key[:18]) for key in map(str, keys.pop())])
    return {} if np.array_equal(index, np.arange(len(index))) else {"index": index}


def _titled(sheet: Sheet, path: tuple[str, ...]) -> Sheet:
    sheet.title = clean_name("/".join(path)) or None
    return sheet


def _numbers(item: list[Any]) -> list[float] | Floats:
    """A list as numbers, with NaN for null so that positions are kept; empty if it is not numeric."""
    if len(item) < LEAST_LENGTH or not any(isinstance(v, (int, float)) for v in item[:50]):
        return []
    if (plain := plain_numbers(item)) is not None:
        return plain
    numbers = [float("nan") if v is None else as_number(v) for v in item]
    return [] if any(n is None for n in numbers) else numbers  # type: ignore[return-value]


def by_length(columns: Mapping[str, Floats]) -> Iterator[Sheet]:
    """Group columns by length into sheets, without groups that have no loss."""
    lengths: dict[int, dict[str, Floats]] = defaultdict(dict)
    for name, values in columns.items():
        lengths[len(values)][name] = values
    for count, group in lengths.items():
        if len(lengths) == 1 or any(likeness(name) >= Likeness.BARE_ROLE for name in group):
            yield Sheet(dict(group), count)


def _indexed(item: dict[str, Any]) -> list[Any]:
    """The values of an object like ``{"0": 0.5, "1": 0.4}``, a column written by a data frame."""
    is_indexed = len(item) >= LEAST_LENGTH and all(str(key).isdecimal() for key in item)
    return list(item.values()) if is_indexed and not any(isinstance(v, (dict, list)) for v in item.values()) else []


def _split_frame(item: dict[str, Any]) -> Sheet | None:
    """A data frame written as ``{"columns": […], "index": […], "data": [[…], …]}``."""
    names = next((item[key] for key in _NAMES if key in item), None)
    data = next((item[key] for key in _ROWS if key in item), None)
    if not (isinstance(names, list) and isinstance(data, list) and all(isinstance(row, list) for row in data)):
        return None
    sheet = sheet_of_records({str(n): cell for n, cell in zip(names, row)} for row in data)
    return sheet if sheet.columns else None


def _triples(item: list[Any]) -> Sheet | None:
    """TensorBoard's JSON export: a list of wall time, step, value."""
    if len(item) < LEAST_LENGTH or not all(isinstance(part, list) and len(part) == 3 for part in item):
        return None
    rows = [[as_number(cell) for cell in part] for part in item]
    if any(cell is None for row in rows for cell in row):
        return None
    wall, step, value = np.array(rows, np.float64).T
    if not wall.min() > FIRST_WALL_TIME:
        return None
    return Sheet({"wall_time": wall, "step": step, "value": value}, len(rows), losses=("value",), x="step")


def _keyed_by_number(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of an object like ``{"1": {…}, "2": {…}}`` or ``{"epoch_1": {…}}``, with the number as a column."""
    matches = [(_INTEGER.fullmatch(str(key)), value) for key, value in item.items() if isinstance(value, dict)]
    if len(matches) < LEAST_LENGTH or len(matches) < 0.5 * len(item) or not all(match for match, _ in matches):
        return []
    return [{(m[1] or "step").lower(): int(m[2]), **value} for m, value in matches if m]
