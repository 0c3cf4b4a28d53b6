"""The database of a Trackio project."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled
from engine.logs.json_rows import flatten, parse_json
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.sqlite import columns_of, is_database, opened
from engine.logs.tags import TaggedColumns, TaggedNumber, sheet_of_columns, sheet_of_tags
from engine.logs.text import clean_name
from engine.run import Value

MOST_RUNS = 1000


class TrackioStore(LogFormat):
    """Each run with its metrics by step; NaN and infinity are texts in it."""

    name = "trackio_store"
    clues = (b"SQLite format 3",)
    title = "Trackio"
    about = N_("PROJECT.db: every run with its metrics and configuration")

    def matches(self, source: Source) -> float:
        if not is_database(source):
            return 0.0
        head = source.head
        return 0.9 if b"run_name" in head and b"metrics" in head and b"run_uuid" not in head else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        with opened(source) as store:
            return list(_sheets(store, progress))


def _sheets(store: sqlite3.Connection, progress: Progress | None) -> Iterator[Sheet]:
    # versions before 0.20 tell runs apart by their names alone
    key = "run_id" if "run_id" in columns_of(store, "metrics") else "run_name"
    query = f"SELECT {key}, run_name FROM metrics GROUP BY {key} ORDER BY MIN(id) LIMIT {MOST_RUNS}"
    runs = store.execute(query).fetchall()
    for done, (run, name) in enumerate(runs):
        if progress is not None and not progress(done / len(runs)):
            raise Cancelled
        query = f"SELECT timestamp, step, metrics FROM metrics WHERE {key} = ? ORDER BY id"
        rows = store.execute(query, (run,)).fetchall()
        documents = _documents([metrics for _time, _step, metrics in rows])
        sheet = _sheet([row[0] for row in rows], [row[1] for row in rows], documents)
        sheet.title = clean_name(str(name)) if len(runs) > 1 else None
        sheet.settings = _settings(store, key, run)
        sheet.setting_sources = dict.fromkeys(sheet.settings, "configs")
        yield sheet


def _sheet(timestamps: Sequence[object], steps: Sequence[object], documents: Sequence[object]) -> Sheet:
    seconds = {time: _seconds(time) for time in set(timestamps)}
    times = [seconds[time] for time in timestamps]
    if (columns := _columns(times, steps, documents)) is not None:
        return sheet_of_columns(columns)
    held = zip(times, steps, documents, strict=True)
    return sheet_of_tags([n for time, step, document in held for n in _numbers(time, step, document)])


def _columns(times: Sequence[float], steps: Sequence[object], documents: Sequence[object]) -> TaggedColumns | None:
    """The numbers, if every row has numbers alone, under the same names."""
    names = tuple(documents[0]) if documents and isinstance(documents[0], dict) else ()
    if not names or not set(map(type, steps)) <= {int, float} or set(map(type, documents)) != {dict}:
        return None
    rows = [document for document in documents if isinstance(document, dict) and tuple(document) == names]
    values = [value for row in rows for value in row.values()]
    if len(rows) < len(documents) or set(map(type, values)) != {float}:
        return None
    count = len(names)
    return TaggedColumns(
        np.repeat(np.array(times, np.float64), count),
        np.repeat(np.array(steps, np.float64), count),
        np.tile(np.arange(count), len(rows)),
        np.array(values, np.float64),
        [clean_name(str(name)) for name in names],
    )


def _documents(texts: Sequence[object]) -> list[object]:
    """The metrics of all rows, parsed at once if none is damaged."""
    plain = [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in texts]
    try:
        found = json.loads(f"[{','.join(plain)}]")
    except (ValueError, RecursionError):
        found = []
    return found if len(found) == len(plain) else list(map(_document, texts))


def _numbers(time: float, step: object, document: object) -> Iterator[TaggedNumber]:
    if isinstance(document, dict) and isinstance(step, (int, float)):
        is_flat = set(map(type, document.values())) == {float}
        for tag, value in (document if is_flat else flatten(document)).items():
            yield TaggedNumber(time, float(step), clean_name(tag), value)


def _settings(store: sqlite3.Connection, key: str, run: object) -> dict[str, Value]:
    if not {key, "config"} <= columns_of(store, "configs"):
        return {}
    row = store.execute(f"SELECT config FROM configs WHERE {key} = ? ORDER BY id DESC LIMIT 1", (run,)).fetchone()
    document = _document(row[0]) if row else None
    return canonical(document) if isinstance(document, dict) else {}


def _document(text: object) -> object:
    try:
        return parse_json(text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))
    except ValueError:
        return None


def _seconds(timestamp: object) -> float:
    try:
        return datetime.fromisoformat(str(timestamp)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
