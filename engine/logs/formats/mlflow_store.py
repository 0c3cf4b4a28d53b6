"""MLflow's SQLite store of runs."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.sqlite import is_database, opened
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

MOST_RUNS = 500

_RUNS = "SELECT run_uuid, name FROM runs ORDER BY start_time LIMIT ?"
_METRICS = "SELECT timestamp, step, key, value, is_nan FROM metrics WHERE run_uuid = ? ORDER BY key, timestamp, step"
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
