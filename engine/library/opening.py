"""Opens the library's file, sets a damaged one aside, and words its errors."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from engine.i18n import _
from engine.library.schema import TooNew, migrate

RETRY_SECONDS = 0.01
NOT_WRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM)


class LibraryError(Exception):
    """The library cannot carry out a request; the text tells why and what happened instead."""


class Damaged(sqlite3.DatabaseError):
    """A check of the whole file found damage."""


def open_or_set_aside(path: Path, patience: float) -> tuple[sqlite3.Connection, Path | None]:
    """Open the file; also returns the path to which a damaged one was moved, if any."""
    try:
        connection = connect(path, patience)
        _check(connection, path)
        return connection, None
    except TooNew:
        raise
    except sqlite3.DatabaseError as error:
        if not _is_damage(error):  # locked, full, read-only
            raise
        moved = set_aside(path)
        return connect(path, patience), moved


def damage_mark(path: Path) -> Path:
    """Path of the mark for a file that was found damaged while open."""
    return path.with_name(f"{path.name}-suspect")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Check the list and, if the file was marked as damaged, all of it, which would be too slow for every start."""
    try:
        connection.execute("SELECT count(*), max(updated) FROM runs").fetchone()
        if damage_mark(path).exists():
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            damage_mark(path).unlink(missing_ok=True)
            if answer != "ok":
                raise Damaged(answer)
    except BaseException:
        connection.close()
        raise


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """Connect to a file and migrate it, waiting up to `patience` seconds for locks.

    SQLite's own wait does not cover the switch of a new file to WAL: of two programs that open it at the same moment
    one is refused at once to prevent a deadlock.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _connect(path, patience)
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    # Transactions are opened by hand (autocommit), and the recorder's thread uses a connection of its own.
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def set_aside(path: Path) -> Path:
    """Move a damaged file and its journal aside."""
    moved = path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(moved.with_name(moved.name + suffix))
    return moved


def _code(error: BaseException) -> int | None:
    """SQLite's primary code of an error; None if the error is not SQLite's."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _is_damage(error: BaseException) -> bool:
    return isinstance(error, Damaged) or _code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def explained(path: Path, error: Exception) -> LibraryError:
    """Convert an error to one with a text for the user."""
    if _is_damage(error):
        with contextlib.suppress(OSError):
            damage_mark(path).touch()
    return LibraryError(_sentence(error).format(path=path, why=error))


def _sentence(error: Exception) -> str:
    code = _code(error)
    if isinstance(error, TooNew):
        return _("The run library {path} was written by a newer version of Overshoot ({why}).")
    if _is_damage(error):
        return _("The run library {path} is damaged; it will be set aside at the next start ({why}).")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return _("The run library {path} is locked by another program ({why}).")
    if code == sqlite3.SQLITE_FULL:
        return _("The disk with the run library {path} is full ({why}).")
    if isinstance(error, PermissionError) or code in NOT_WRITABLE:
        return _("The run library {path} cannot be written ({why}).")
    return _("The run library {path} cannot be used ({why}).")
