"""The library file: opened, searched, written and read."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from engine.events import Event
from engine.home import home
from engine.i18n import _
from engine.library import codec
from engine.library.schema import TooNew, migrate
from engine.run import Run
from engine.table import MetricTable

BUSY_SECONDS = 5.0  # how long one window waits for another window's write
SMALL_CHUNK = 4096  # rows; the last chunk is rewritten until it has as many, so a night of training makes few chunks
LARGEST_CHUNK = 1 << 20  # rows; a large log is written in parts


class LibraryError(Exception):
    """The library cannot do what was asked; the text says why and what happened instead."""


class RunState(StrEnum):
    """Whether a run was still being written when it was last seen."""

    RUNNING = "running"
    FINISHED = "finished"


@dataclass(frozen=True)
class Entry:
    """One run as the list shows it; times in seconds since 1970."""

    id: str
    name: str
    note: str
    tags: tuple[str, ...]
    state: RunState
    created: float
    updated: float
    rows: int
    is_interrupted: bool


class Library:
    """Runs kept in one SQLite file.

    Write-ahead logging lets several windows use it at once and keeps every committed batch through ``kill -9``.

    Parameters
    ----------
    path : Path, optional
        By default ``library.db`` in the program's home.

    Raises
    ------
    LibraryError
        If the file cannot be opened or made. A damaged file is set aside under another name first, never overwritten;
        `set_aside` then names it.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or home() / "library.db"
        self.set_aside: Path | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_or_set_aside()
        except (OSError, sqlite3.Error) as error:
            raise self._explained(error) from error

    def _open_or_set_aside(self) -> sqlite3.Connection:
        try:
            return _connect(self.path)
        except TooNew:
            raise
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):  # locked, full, read-only: not damaged
                raise
            self.set_aside = _set_aside(self.path)
            return _connect(self.path)

    def _explained(self, error: Exception) -> LibraryError:
        said = str(error)
        if isinstance(error, TooNew):
            text = _("The run library {path} was written by a newer version of Overshoot ({why}).")
        elif "locked" in said or "busy" in said:
            text = _("The run library {path} is locked by another program ({why}).")
        elif "full" in said:
            text = _("The disk with the run library {path} is full ({why}).")
        elif "readonly" in said or isinstance(error, PermissionError) or "unable to open" in said:
            text = _("The run library {path} cannot be written ({why}).")
        else:
            text = _("The run library {path} cannot be used ({why}).")
        return LibraryError(text.format(path=self.path, why=said))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection
            self._connection.execute("COMMIT")
        except BaseException as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise self._explained(error) from error
            raise

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    # Writing

    def add(self, run: Run) -> None:
        """Begin to keep a run; it counts as running until `finish`.

        A resumed run goes on under its id: the rows that it has now take the place of those that were kept, in one
        transaction; its name, note, tags and checkpoint stay.
        """
        now = time.time()
        with self._writing() as db:
            db.execute(
                "INSERT INTO runs (id, name, state, created, updated, process, description) VALUES (?,?,?,?,?,?,?)"
                " ON CONFLICT (id) DO UPDATE SET state=excluded.state, updated=excluded.updated,"
                " process=excluded.process, description=excluded.description, deleted=NULL",
                (run.id, run.name, RunState.RUNNING, now, now, os.getpid(), codec.describe(run)),
            )
            db.execute("DELETE FROM chunks WHERE run=?", (run.id,))
            self._put_chunks(run, 0, len(run.table))

    def write(self, run: Run, since: int, events: Iterable[Event] = ()) -> int:
        """Write a run's rows from `since` on, its events and changes in one transaction.

        Returns
        -------
        int
            The row to continue from: the start of the last chunk while that is small, so that it is rewritten whole.
        """
        length = len(run.table)
        with self._writing() as db:
            self._put_chunks(run, since, length)
            self._replace_items(run.id, "event", {e.id: codec.event_text(e) for e in events})
            db.execute(
                "UPDATE runs SET updated=?, rows=?, description=? WHERE id=?",
                (time.time(), length, codec.describe(run), run.id),
            )
        last = since + (length - since - 1) // LARGEST_CHUNK * LARGEST_CHUNK if length > since else since
        return length if length - last >= SMALL_CHUNK else last

    def _put_chunks(self, run: Run, since: int, length: int) -> None:
        for start in range(since, length, LARGEST_CHUNK):
            stop = min(start + LARGEST_CHUNK, length)
            self._connection.executemany(
                "INSERT OR REPLACE INTO chunks (run, first_row, name, rows, at, data) VALUES (?,?,?,?,?,?)",
                [(run.id, start, name, stop - start, *part) for name, *part in codec.chunks(run.table, start, stop)],
            )

    def release(self, run_id: str) -> None:
        """Nobody writes this run any more, and it is not complete: it can be resumed."""
        with self._writing() as db:
            db.execute("UPDATE runs SET process=NULL WHERE id=?", (run_id,))

    def finish(self, run_id: str) -> None:
        """The run is complete; its checkpoint is no longer needed."""
        with self._writing() as db:
            db.execute("UPDATE runs SET state=?, process=NULL WHERE id=?", (RunState.FINISHED, run_id))
            db.execute("DELETE FROM checkpoints WHERE run=?", (run_id,))

    def keep_checkpoint(self, run_id: str, step: int, data: bytes) -> None:
        """Keep the newest checkpoint of a run, so that it can be resumed after a crash."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO checkpoints (run, step, data) VALUES (?,?,?)", (run_id, step, data))

    def put_items(self, run_id: str, kind: str, contents: dict[str, str]) -> None:
        """Replace a run's items of one kind (annotations, proofs): id to JSON text."""
        with self._writing():
            self._replace_items(run_id, kind, contents)

    def _replace_items(self, run_id: str, kind: str, contents: dict[str, str]) -> None:
        self._connection.execute("DELETE FROM items WHERE run=? AND kind=?", (run_id, kind))
        self._connection.executemany(
            "INSERT INTO items (run, kind, id, content) VALUES (?,?,?,?)",
            [(run_id, kind, id, text) for id, text in contents.items()],
        )

    def rename(self, run_id: str, name: str) -> None:
        """Call a run something else."""
        self._set(run_id, "name", name)

    def annotate(self, run_id: str, note: str) -> None:
        """Replace the note on a run."""
        self._set(run_id, "note", note)

    def tag(self, run_id: str, tags: Iterable[str]) -> None:
        """Replace a run's tags."""
        with self._writing() as db:
            db.execute("DELETE FROM tags WHERE run=?", (run_id,))
            db.executemany("INSERT OR IGNORE INTO tags VALUES (?,?)", [(run_id, tag) for tag in tags])

    def delete(self, run_id: str) -> None:
        """Take a run off the list; `restore` brings it back until `purge`."""
        self._set(run_id, "deleted", time.time())

    def restore(self, run_id: str) -> None:
        """Undo `delete`."""
        self._set(run_id, "deleted", None)

    def purge(self) -> None:
        """Remove the deleted runs for good."""
        with self._writing() as db:
            db.execute("DELETE FROM runs WHERE deleted IS NOT NULL")

    def _set(self, run_id: str, column: str, value: object) -> None:
        with self._writing() as db:
            if not db.execute(f"UPDATE runs SET {column}=? WHERE id=?", (value, run_id)).rowcount:
                raise LibraryError(_("There is no run {id} in the library.").format(id=run_id))

    # Reading

    def entries(self, search: str = "") -> list[Entry]:
        """The runs whose name, note or tags contain every word of `search`, newest first."""
        rows = self._connection.execute(
            "SELECT id, name, note, state, created, updated, rows, process,"
            " (SELECT group_concat(tag, char(31)) FROM tags WHERE run = runs.id)"
            " FROM runs WHERE deleted IS NULL ORDER BY created DESC, rowid DESC"
        )
        found = [_entry(*row) for row in rows]
        words = search.casefold().split()
        return [e for e in found if all(w in f"{e.name} {e.note} {' '.join(e.tags)}".casefold() for w in words)]

    def interrupted(self) -> list[Entry]:
        """Runs whose process died while they trained."""
        return [entry for entry in self.entries() if entry.is_interrupted]

    def load(self, run_id: str) -> tuple[Run, tuple[Event, ...]]:
        """A run and the events that were kept with it.

        Raises
        ------
        LibraryError
            If there is no such run or a chunk of it is damaged.
        """
        row = self._connection.execute("SELECT name, description FROM runs WHERE id=?", (run_id,)).fetchone()
        if row is None:
            raise LibraryError(_("There is no run {id} in the library.").format(id=run_id))
        try:
            run = codec.undescribe(run_id, row[0], row[1], self._table(run_id, row[1]))
            events = tuple(codec.event_from(text) for text in self.items(run_id, "event").values())
        except (ValueError, KeyError, TypeError) as error:
            raise LibraryError(_("Run {name} is damaged ({why}).").format(name=row[0], why=error)) from error
        return run, events

    def _table(self, run_id: str, description: str) -> MetricTable:
        table = MetricTable(json.loads(description)["columns"])
        stored = self._connection.execute(
            "SELECT first_row, rows, name, at, data FROM chunks WHERE run=? ORDER BY first_row", (run_id,)
        )
        for (first_row, rows), parts in groupby(stored, key=lambda part: part[:2]):
            if first_row != len(table):
                raise ValueError(f"rows {len(table)} to {first_row - 1} are missing")
            table.extend(codec.unchunk(rows, [part[2:] for part in parts]), rows=rows)
        return table

    def items(self, run_id: str, kind: str) -> dict[str, str]:
        """A run's items of one kind: id to JSON text."""
        return dict(
            self._connection.execute("SELECT id, content FROM items WHERE run=? AND kind=? ORDER BY id", (run_id, kind))
        )

    def checkpoint(self, run_id: str) -> tuple[int, bytes] | None:
        """Step and bytes of the newest checkpoint of an unfinished run."""
        return self._connection.execute("SELECT step, data FROM checkpoints WHERE run=?", (run_id,)).fetchone()


def _connect(path: Path) -> sqlite3.Connection:
    # Transactions are opened by hand (autocommit), and the recorder's thread uses a connection of its own.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_aside(path: Path) -> Path:
    """Move a damaged file and its journal out of the way."""
    moved = path.with_name(f"{path.stem}-damaged-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}{path.suffix}")
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(moved.with_name(moved.name + suffix))
    return moved


def _entry(
    id: str,
    name: str,
    note: str,
    state: str,
    created: float,
    updated: float,
    rows: int,
    process: int | None,
    tags: str | None,
) -> Entry:
    is_interrupted = state == RunState.RUNNING and not _is_alive(process)
    words = tuple(sorted(tags.split("\x1f"))) if tags else ()
    return Entry(id, name, note, words, RunState(state), created, updated, rows, is_interrupted)


def _is_alive(process: int | None) -> bool:
    if process is None:
        return False
    if os.name == "nt":  # there os.kill(pid, 0) ends the process: ask the system instead
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, process)  # type: ignore[attr-defined]
        ctypes.windll.kernel32.CloseHandle(handle)  # type: ignore[attr-defined]
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
