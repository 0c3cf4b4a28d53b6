"""SQLite files of trackers, opened read-only; views, triggers and functions in them are not trusted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.local_copy import local_copy
from engine.logs.source import Source

SIGNATURE = b"SQLite format 3\0"
MOST_OPERATIONS = 400_000_000
_STEP = 100_000


def is_database(source: Source) -> bool:
    """Whether a file is an SQLite database."""
    return not source.is_folder and source.head.startswith(SIGNATURE)


@contextmanager
def opened(source: Source) -> Iterator[sqlite3.Connection]:
    """A connection that can read only, with bounded work.

    Raises
    ------
    LogError
        If the database cannot be read.
    """
    try:
        with local_copy(source) as path:
            address = f"{path.resolve().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=2)) as store:
                store.execute("PRAGMA trusted_schema = OFF")
                store.execute("PRAGMA query_only = ON")
                store.text_factory = lambda data: data.decode("utf-8", "replace")
                left = iter(range(MOST_OPERATIONS // _STEP))
                store.set_progress_handler(lambda: next(left, None) is None, _STEP)
                yield store
    except (sqlite3.Error, OverflowError, TypeError, ValueError, MemoryError) as error:  # cells are of any type
        message = _("{path}: the database cannot be read: {reason}")
        raise LogError(message.format(path=source.given, reason=str(error) or "out of memory")) from None


def columns_of(store: sqlite3.Connection, table: str) -> set[str]:
    """The names of a table's columns; empty if there is no such table."""
    return {str(name) for (name,) in store.execute("SELECT name FROM pragma_table_info(?)", (table,))}
