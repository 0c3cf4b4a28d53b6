"""The library: search, write and read runs."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from engine.events import Event
from engine.home import home
from engine.i18n import _
from engine.library import codec
from engine.library.entries import COLUMNS, TAGS, Entry, RunState, entry_of
from engine.library.links import Link, link_of
from engine.library.opening import LibraryError, explained, open_or_set_aside
from engine.logs.errors import LogError
from engine.run import Run
from engine.table import MetricTable

BUSY_SECONDS = 5.0  # wait for another window's write
SMALL_CHUNK = 4096  # rows; the last chunk is rewritten up to this size, so a night of training makes few chunks
LARGEST_CHUNK = 1 << 20  # rows; a large log is written in parts
DAYS_UNTIL_PURGED = 30.0


class Library:
    """Runs stored in one SQLite file.

    Write-ahead logging allows several windows to use it at once, and every committed batch survives ``kill -9``.

    Parameters
    ----------
    path : Path, optional
        By default ``library.db`` in the program's home.
    patience : float
        Seconds that a write waits for another window's.

    Raises
    ------
    LibraryError
        If the file cannot be opened or created. A damaged file is never overwritten but renamed; `set_aside` then has
        its path.
    """

    def __init__(self, path: Path | None = None, patience: float = BUSY_SECONDS) -> None:
        self.path = path or home() / "library.db"
        self.set_aside: Path | None = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._connection, self.set_aside = open_or_set_aside(self.path, patience)
        except (OSError, sqlite3.Error) as error:
            raise explained(self.path, error) from error

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
                raise explained(self.path, error) from error
            raise

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    # Writing

    def add(self, run: Run) -> None:
        """Add a run, which counts as running until `finish`.

        A resumed run keeps its id, name, note, tags and checkpoint; its present rows replace the stored ones in one
        transaction.
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
            The row to continue from: the start of the last chunk while that is small, so that it is rewritten.
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

    def remember(self, run: Run, link: Link) -> Entry:
        """Store a link to a run's log instead of its numbers; earlier annotations are kept, and told settings given."""
        self.remember_all([(run, link)])
        return self.entry(run.id)

    def remember_all(self, linked: Sequence[tuple[Run, Link]]) -> dict[str, str]:
        """Do so with many runs, all or none of them; the names they are known by, by id."""
        now = time.time()
        with self._writing() as db:
            for run, link in linked:
                earlier = db.execute("SELECT description FROM runs WHERE id=?", (run.id,)).fetchone()
                if earlier is not None:
                    run.tell(codec.told(earlier[0]) | run.told())
                values = run.id, run.name, RunState.FINISHED, now, now, len(run.table), codec.describe(run)
                db.execute(
                    "INSERT INTO runs (id, name, state, created, updated, rows, description, link)"
                    " VALUES (?,?,?,?,?,?,?,?)"
                    " ON CONFLICT (id) DO UPDATE SET updated=excluded.updated, rows=excluded.rows,"
                    " description=excluded.description, link=excluded.link, deleted=NULL",
                    (*values, link.to_text()),
                )
            known = "SELECT name FROM runs WHERE id=?"
            return {run.id: str(db.execute(known, (run.id,)).fetchone()[0]) for run, _link in linked}

    def describe(self, run: Run) -> None:
        """Store the settings of a run that is in the library, as a person has told them."""
        with self._writing() as db:
            db.execute("UPDATE runs SET description=? WHERE id=?", (codec.describe(run), run.id))

    def release(self, run_id: str) -> None:
        """Mark an incomplete run as no longer written, so that it can be resumed."""
        with self._writing() as db:
            db.execute("UPDATE runs SET process=NULL WHERE id=?", (run_id,))

    def finish(self, run_id: str) -> None:
        """Mark a run as complete and drop its checkpoint."""
        with self._writing() as db:
            db.execute("UPDATE runs SET state=?, process=NULL WHERE id=?", (RunState.FINISHED, run_id))
            db.execute("DELETE FROM checkpoints WHERE run=?", (run_id,))

    def keep_checkpoint(self, run_id: str, step: int, data: bytes) -> None:
        """Store the latest checkpoint of a run, to resume it after a crash."""
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO checkpoints (run, step, data) VALUES (?,?,?)", (run_id, step, data))

    def put_items(self, run_id: str, kind: str, contents: dict[str, str]) -> None:
        """Replace a run's items of one kind (notes, proofs): id to JSON text."""
        with self._writing() as db:
            if db.execute("SELECT 1 FROM runs WHERE id=?", (run_id,)).fetchone() is None:
                raise self._missing(run_id)
            self._replace_items(run_id, kind, contents)

    def _replace_items(self, run_id: str, kind: str, contents: dict[str, str]) -> None:
        self._connection.execute("DELETE FROM items WHERE run=? AND kind=?", (run_id, kind))
        self._connection.executemany(
            "INSERT INTO items (run, kind, id, content) VALUES (?,?,?,?)",
            [(run_id, kind, id, text) for id, text in contents.items()],
        )

    def rename(self, run_id: str, name: str) -> None:
        """Rename a run."""
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
        """Delete a run from the list; `restore` undoes that until `purge`."""
        self._set(run_id, "deleted", time.time())

    def restore(self, run_id: str) -> None:
        """Undo `delete`."""
        self._set(run_id, "deleted", None)

    def purge(self, days: float = DAYS_UNTIL_PURGED) -> int:
        """Remove runs deleted more than `days` ago permanently, and return their number."""
        with self._writing() as db:
            return db.execute("DELETE FROM runs WHERE deleted <= ?", (time.time() - days * 86400,)).rowcount

    def _set(self, run_id: str, column: str, value: object) -> None:
        with self._writing() as db:
            if not db.execute(f"UPDATE runs SET {column}=? WHERE id=?", (value, run_id)).rowcount:
                raise self._missing(run_id)

    @staticmethod
    def _missing(run_id: str) -> LibraryError:
        return LibraryError(_("The library has no run {id}.").format(id=run_id))

    # Reading

    def entries(self, search: str = "") -> list[Entry]:
        """The runs whose name, note, tags or path contain every word of `search`, newest first."""
        found = self._entries("deleted IS NULL ORDER BY created DESC, rowid DESC")
        return [entry for entry in found if all(map(entry.has, search.split()))]

    def trainings(self) -> list[Entry]:
        """The runs whose numbers are in the library, newest first: those of logs may be a thousand times as many."""
        return self._entries("deleted IS NULL AND link IS NULL ORDER BY created DESC, rowid DESC")

    def deleted(self) -> list[Entry]:
        """The deleted runs, the latest deletion first."""
        return self._entries("deleted IS NOT NULL ORDER BY deleted DESC, rowid DESC")

    def entry(self, run_id: str) -> Entry:
        """The entry of a run.

        Raises
        ------
        LibraryError
            If there is no such run.
        """
        found = self._entries("id = ?", run_id)
        if not found:
            raise self._missing(run_id)
        return found[0]

    def _entries(self, which: str, *values: str) -> list[Entry]:
        return [
            entry_of(row) for row in self._read(f"SELECT {COLUMNS}, {TAGS} FROM runs WHERE {which}", *values).fetchall()
        ]

    def _read(self, query: str, *values: str) -> sqlite3.Cursor:
        try:
            return self._connection.execute(query, values)
        except sqlite3.Error as error:
            raise explained(self.path, error) from error

    def interrupted(self) -> list[Entry]:
        """Runs whose process died during training."""
        return [entry for entry in self.entries() if entry.is_interrupted]

    def link(self, run_id: str) -> Link | None:
        """The link to a run's log; None if the library has its numbers."""
        row = self._read("SELECT link FROM runs WHERE id=?", run_id).fetchone()
        try:
            return link_of(row[0]) if row is not None and row[0] is not None else None
        except (ValueError, KeyError, TypeError) as error:
            raise LibraryError(_("Run {name} is damaged ({why}).").format(name=run_id, why=error)) from error

    def load(self, run_id: str) -> tuple[Run, tuple[Event, ...]]:
        """Load a run and its events; a log is read again.

        Raises
        ------
        LibraryError
            If there is no such run, a chunk of it is damaged, or its log cannot be read.
        """
        row = self._read("SELECT name, description FROM runs WHERE id=?", run_id).fetchone()
        if row is None:
            raise self._missing(run_id)
        try:
            if link := self.link(run_id):
                run = link.run()
                run.id, run.name = run_id, row[0]
                run.tell(codec.told(row[1]))
            else:
                run = codec.undescribe(run_id, row[0], row[1], self._table(run_id, row[1]))
            events, warnings = codec.events_from(self.items(run_id, "event").values())
            run.warnings += [warning for warning in warnings if warning not in run.warnings]
        except LogError as error:
            raise LibraryError(str(error)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise LibraryError(_("Run {name} is damaged ({why}).").format(name=row[0], why=error)) from error
        return run, events

    def _table(self, run_id: str, description: str) -> MetricTable:
        table = MetricTable(json.loads(description)["columns"])
        stored = self._read("SELECT first_row, rows, name, at, data FROM chunks WHERE run=? ORDER BY first_row", run_id)
        for (first_row, rows), parts in groupby(stored, key=lambda part: part[:2]):
            if first_row != len(table):
                raise ValueError(f"rows {len(table)} to {first_row - 1} are missing")
            table.extend(codec.unchunk(rows, [part[2:] for part in parts]), rows=rows)
        return table

    def items(self, run_id: str, kind: str) -> dict[str, str]:
        """A run's items of one kind: id to JSON text."""
        return dict(self._read("SELECT id, content FROM items WHERE run=? AND kind=? ORDER BY id", run_id, kind))

    def checkpoint(self, run_id: str) -> tuple[int, bytes] | None:
        """Step and bytes of the latest checkpoint of an unfinished run."""
        return self._read("SELECT step, data FROM checkpoints WHERE run=?", run_id).fetchone()
