"""MLflow's SQLite store of runs."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled, LogError
from engine.logs.local_copy import local_copy
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

MOST_RUNS = 500
MOST_OPERATIONS = 200_000_000
_STEP = 100_000

_RUNS = "SELECT run_uuid, name FROM runs ORDER BY start_time LIMIT ?"
_METRICS = "SELECT timestamp, step, key, value, is_nan FROM metrics WHERE run_uuid = ? ORDER BY key, timestamp, step"
_PARAMETERS = "SELECT key, value FROM params WHERE run_uuid = ? LIMIT 500"


class MlflowStore(LogFormat):
    """Opened read-only; views, triggers and functions in the file are not trusted."""

    name = "mlflow_store"
    title = N_("MLflow SQLite store")
    about = N_("mlflow.db: every run that has metrics")

    def matches(self, source: Source) -> float:
        is_database = not source.is_folder and source.head.startswith(b"SQLite format 3\0")
        return 0.9 if is_database and b"metrics" in source.head and b"run_uuid" in source.head else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        try:
            with local_copy(source) as path, _opened(path) as store:
                return [sheet for sheet in self._sheets(store, progress) if sheet.columns]
        except (sqlite3.Error, OverflowError, ValueError) as error:
            message = _("{path}: the database cannot be read: {reason}")
            raise LogError(message.format(path=source.given, reason=error)) from None

    @staticmethod
    def _sheets(store: sqlite3.Connection, progress: Progress | None) -> Iterator[Sheet]:
        runs = store.execute(_RUNS, (MOST_RUNS,)).fetchall()
        for i, (run, name) in enumerate(runs):
            if progress is not None and not progress(i / len(runs)):
                raise Cancelled
            sheet = sheet_of_tags([n for row in store.execute(_METRICS, (run,)) if (n := _number(*row))])
            sheet.title = clean_name(str(name or run)) if len(runs) > 1 else None
            sheet.settings = canonical(dict(_parameters(store, run)))
            sheet.setting_sources = dict.fromkeys(sheet.settings, "params")
            yield sheet


def _parameters(store: sqlite3.Connection, run: str) -> list[tuple[str, str]]:
    try:
        return store.execute(_PARAMETERS, (run,)).fetchall()
    except sqlite3.Error:  # a store without the table
        return []


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=2)) as store:
        store.execute("PRAGMA trusted_schema = OFF")
        store.execute("PRAGMA query_only = ON")
        store.text_factory = lambda data: data.decode("utf-8", "replace")
        left = iter(range(MOST_OPERATIONS // _STEP))
        store.set_progress_handler(lambda: next(left, None) is None, _STEP)
        yield store


def _number(timestamp: object, step: object, key: object, value: object, is_nan: object) -> TaggedNumber | None:
    """Parse a row of the store, which has NaN as a flag and infinity as the largest number."""
    if not isinstance(key, str) or not isinstance(value, (int, float)) or not isinstance(timestamp, (int, float)):
        return None
    number = math.nan if is_nan else float(value)
    if abs(number) >= 1.7976931348623157e308:
        number = math.copysign(math.inf, number)
    return TaggedNumber(
        timestamp / 1000, float(step) if isinstance(step, (int, float)) else 0.0, clean_name(key), number
    )
