"""Open the library's file, set a damaged one aside, and say what is wrong with it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

from engine.i18n import _
from engine.library.schema import TooNew, migrate

RETRY_SECONDS = 0.01


class LibraryError(Exception):
    """The library cannot do what was asked; the text says why and what happened instead."""


def open_or_set_aside(path: Path, patience: float) -> tuple[sqlite3.Connection, Path | None]:
    """The file, and where a damaged one was moved to, if there was one."""
    try:
        connection = connect(path, patience)
        _look_closely(connection, path)
        return connection, None
    except TooNew:
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, full, read-only: not damaged
            raise
        moved = set_aside(path)
        return connect(path, patience), moved


def suspect(path: Path) -> Path:
    """The mark of a file that was found damaged while it was open."""
    return path.with_name(f"{path.name}-suspect")


def _look_closely(connection: sqlite3.Connection, path: Path) -> None:
    """Read the list, and all of a file that was damaged when it was last used; that takes too long for every start."""
    try:
        connection.execute("SELECT count(*), max(updated) FROM runs").fetchone()
        if suspect(path).exists():
            said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            suspect(path).unlink(missing_ok=True)
            if said != "ok":
                raise sqlite3.DatabaseError(said)
    except BaseException:
        connection.close()
        raise


def connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a file that is brought up to date; waits up to `patience` seconds for others to let go of it.

    SQLite's own wait does not cover the change to WAL of a new file: of two programs that open it at the same moment
    one is refused at once, since waiting for each other they would wait for ever.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return _connect(path, patience)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
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
    """Move a damaged file and its journal out of the way."""
    moved = path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(moved.with_name(moved.name + suffix))
    return moved


def explained(path: Path, error: Exception) -> LibraryError:
    """What went wrong, for the person."""
    said = str(error)
    if "malformed" in said:
        with contextlib.suppress(OSError):
            suspect(path).touch()
    if isinstance(error, TooNew):
        text = _("The run library {path} was written by a newer version of Overshoot ({why}).")
    elif "locked" in said or "busy" in said:
        text = _("The run library {path} is locked by another program ({why}).")
    elif "full" in said:
        text = _("The disk with the run library {path} is full ({why}).")
    elif "readonly" in said or isinstance(error, PermissionError) or "unable to open" in said:
        text = _("The run library {path} cannot be written ({why}).")
    elif "malformed" in said:
        text = _("The run library {path} is damaged; it is set aside at the next start ({why}).")
    else:
        text = _("The run library {path} cannot be used ({why}).")
    return LibraryError(text.format(path=path, why=said))
