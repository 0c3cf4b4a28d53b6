"""The library's tables, and the migrations of older files."""

from __future__ import annotations

import sqlite3

# One script per version; a file's version is SQLite's user_version. Never edit a released script: add a new one.
MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE runs (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
        created REAL NOT NULL, updated REAL NOT NULL, deleted REAL, process INTEGER, rows INTEGER NOT NULL DEFAULT 0,
        description TEXT NOT NULL
    );
    CREATE TABLE chunks (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, first_row INTEGER NOT NULL, name TEXT NOT NULL,
        rows INTEGER NOT NULL, at BLOB, data BLOB NOT NULL, PRIMARY KEY (run, first_row, name)
    ) WITHOUT ROWID;
    CREATE TABLE items (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, kind TEXT NOT NULL, id TEXT NOT NULL,
        content TEXT NOT NULL, PRIMARY KEY (run, kind, id)
    ) WITHOUT ROWID;
    CREATE TABLE tags (
        run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY (run, tag)
    ) WITHOUT ROWID;
    CREATE TABLE checkpoints (
        run TEXT PRIMARY KEY REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, data BLOB NOT NULL
    );
    CREATE INDEX runs_by_time ON runs(updated);
    """,
    # Link to a log; NULL if the numbers are in the library.
    "ALTER TABLE runs ADD COLUMN link TEXT",
)


class TooNew(sqlite3.DatabaseError):
    """The file was written by a later version of the program."""


def migrate(connection: sqlite3.Connection) -> None:
    """Migrate a file to the latest version, each step atomically.

    Raises
    ------
    TooNew
        If the file is newer than this program.
    """
    if version(connection) > len(MIGRATIONS):
        raise TooNew(f"version {version(connection)}, known are versions up to {len(MIGRATIONS)}")
    while version(connection) < len(MIGRATIONS):
        # Take the write lock first, since another window may be migrating the same file.
        connection.execute("BEGIN IMMEDIATE")
        found = version(connection)
        if found < len(MIGRATIONS):
            for statement in MIGRATIONS[found].split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {found + 1}")
        connection.execute("COMMIT")


def version(connection: sqlite3.Connection) -> int:
    """Number of migrations applied to a file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
