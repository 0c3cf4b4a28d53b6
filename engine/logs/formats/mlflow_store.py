"""MLflow's SQLite store of runs."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.sqlite import is_database, opened
from engine.logs.tags import TaggedColumns, sheet_of_columns
from engine.logs.text import clean_name

MOST_RUNS = 500
_ROWS_AT_ONCE = 500  # they are turned into columns while the processor's cache holds them
_NUMBERS = frozenset((int, float))
_KINDS = (_NUMBERS, _NUMBERS, frozenset((bytes,)), _NUMBERS, _NUMBERS)

_RUNS = "SELECT run_uuid, name FROM runs ORDER BY start_time LIMIT ?"
_METRICS = "SELECT timestamp, step, key, value, is_nan FROM metrics WHERE run_uuid = ?"
_PARAMETERS = "SELECT key, value FROM params WHERE run_uuid = ? LIMIT 500"


class MlflowStore(LogFormat):
    """Every run with its metrics and parameters."""

    name = "mlflow_store"
    clues = (b"SQLite format 3",)
    title = N_("MLflow SQLite store")
    about = N_("mlflow.db: every run that has metrics")

    def matches(self, source: Source) -> float:
        return 0.9 if is_database(source) and b"metrics" in source.head and b"run_uuid" in source.head else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        with opened(source) as store:
            return [sheet for sheet in self._sheets(store, progress) if sheet.columns]

    @staticmethod
    def _sheets(store: sqlite3.Connection, progress: Progress | None) -> Iterator[Sheet]:
        runs = store.execute(_RUNS, (MOST_RUNS,)).fetchall()
        for i, (run, name) in enumerate(runs):
            if progress is not None and not progress(i / len(runs)):
                raise Cancelled
            sheet = sheet_of_columns(_measured(store, run))
            sheet.title = clean_name(str(name or run)) if len(runs) > 1 else None
            sheet.settings = canonical(dict(_parameters(store, run)))
            sheet.setting_sources = dict.fromkeys(sheet.settings, "params")
            yield sheet


def _parameters(store: sqlite3.Connection, run: str) -> list[tuple[str, str]]:
    try:
        return store.execute(_PARAMETERS, (run,)).fetchall()
    except sqlite3.Error:  # a store without the table
        return []


def _measured(store: sqlite3.Connection, run: str) -> TaggedColumns:
    """The measurements of a run; the store has NaN as a flag and infinity as the largest number."""
    times, steps, keys, numbers, flags = _cells(store, run)
    values = np.array(numbers, np.float64)
    is_infinite = np.abs(values) >= sys.float_info.max
    values[is_infinite] = np.copysign(np.inf, values[is_infinite])
    values[np.array(flags, bool)] = np.nan
    names = {key: clean_name(key.decode("utf-8", "replace")) for key in sorted(set(keys))}
    codes = {name: code for code, name in enumerate(dict.fromkeys(names.values()))}
    by_key = {key: codes[name] for key, name in names.items()}
    tags = np.fromiter(map(by_key.__getitem__, keys), np.int64, len(keys))
    at, of = np.array(times, np.float64) / 1000, np.array(steps, np.float64)
    order = np.lexsort((of, at, tags))  # sooner than in the database
    return TaggedColumns(at[order], of[order], tags[order], values[order], list(codes))


def _cells(store: sqlite3.Connection, run: str) -> list[list[Any]]:
    """Times, steps, names as bytes (of which few are different), values and flags, without rows that lack one."""
    columns: list[list[Any]] = [[], [], [], [], []]
    as_text, store.text_factory = store.text_factory, bytes
    try:
        rows = store.execute(_METRICS, (run,))
        while some := rows.fetchmany(_ROWS_AT_ONCE):
            for column, cells in zip(columns, _sound(some)):
                column.extend(cells)
    finally:
        store.text_factory = as_text
    return columns


def _sound(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The columns of some rows, of which those without a time, a name or a value are left out."""
    columns = list(zip(*rows))
    if all(set(map(type, column)) <= kinds for column, kinds in zip(columns, _KINDS)):
        return columns
    return list(
        zip(*((t, s if type(s) in _NUMBERS else 0, k, v, n == 1) for t, s, k, v, n in rows if _is_measured(t, k, v)))
    )


def _is_measured(time: object, key: object, value: object) -> bool:
    return type(time) in _NUMBERS and isinstance(key, bytes) and type(value) in _NUMBERS
