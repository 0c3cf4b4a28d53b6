"""Errors of a library's file are recognised by SQLite's codes, not by their messages."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from engine.library import Library, LibraryError
from engine.library.opening import damage_mark, explained
from engine.library.schema import MIGRATIONS
from tests.engine.library.test_library import make_run


def filled(path: Path) -> str:
    """A library with one run; the run's id."""
    library = Library(path)
    run = make_run(0)
    run.table.extend({"loss": np.random.default_rng(0).random(50_000)})
    library.add(run)
    library.write(run, 0)
    library.close()
    return run.id


def test_what_is_no_database_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this was a library once" * 100)
    library = Library(path)
    library.close()
    assert library.set_aside is not None


def test_a_file_that_stops_being_a_database_while_it_is_open_is_suspect(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(b"this was a library once" * 100)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.DatabaseError) as raised:
        connection.execute("SELECT 1 FROM runs")
    connection.close()
    assert "is damaged" in str(explained(path, raised.value))
    assert damage_mark(path).exists()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_damaged(tmp_path: Path, share: float) -> None:
    path = tmp_path / "library.db"
    id = filled(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    library = Library(path)
    if library.set_aside is None:
        with pytest.raises(LibraryError, match="is damaged"):
            library.load(id)
        library.close()
        library = Library(path)
    assert library.set_aside is not None
    library.close()


def test_a_locked_file_is_said_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    filled(path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    library = Library(path, patience=0.05)
    with pytest.raises(LibraryError, match="locked by another program"):
        library.add(make_run())
    library.close()
    holder.close()
    assert not damage_mark(path).exists()


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db")
    library._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(LibraryError, match="cannot be written"):
        library.add(make_run())
    library.close()
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(LibraryError, match="cannot be written"):
        Library(tmp_path / "folder.db")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write everywhere")
        with pytest.raises(LibraryError, match="cannot be written"):
            Library(tmp_path / "library.db")
    finally:
        tmp_path.chmod(0o700)


def test_a_newer_file_is_said_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    filled(path)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryError, match="newer version"):
        Library(path)
    assert path.exists() and not damage_mark(path).exists()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.db")
    pages = library._connection.execute("PRAGMA page_count").fetchone()[0]
    library._connection.execute(f"PRAGMA max_page_count = {pages}")
    run = make_run(0)
    run.table.extend({"loss": np.random.default_rng(0).random(50_000)})
    with pytest.raises(LibraryError, match="is full"):
        library.add(run)
        library.write(run, 0)
    library.close()
    assert not damage_mark(library.path).exists()


def test_words_decide_nothing(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("locked, full, readonly, malformed")
    assert "cannot be used" in str(explained(tmp_path / "library.db", error))
