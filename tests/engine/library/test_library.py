"""Runs on disk: what was written is what is read, and nothing is lost."""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from engine.events import Event, EventKind, EventState, Severity
from engine.library import Library, LibraryError, Recorder
from engine.library.schema import MIGRATIONS
from engine.library.store import SMALL_CHUNK
from engine.run import Change, Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable, Sparse

EVENT = Event(
    "loss/diverged/0",
    EventKind.DIVERGED,
    "loss",
    3,
    9,
    9,
    Severity.CRITICAL,
    0.9,
    {"first": math.nan, "peak": math.inf},
)


def make_run(rows: int = 10) -> Run:
    table = MetricTable()
    table.extend(
        {
            "step": np.arange(rows, dtype=float),
            "loss": np.where(np.arange(rows) == 3, math.nan, 1.0 / (1 + np.arange(rows))),
            "val_loss": Sparse(np.arange(0, rows, 4), np.arange(0, rows, 4) * 0.5),
        }
    )
    origin = Origin(OriginKind.TRAINING, scenario="late-rise", seed=7)
    run = Run(
        "late rise · seed 7", table, (LossSeries("loss"),), origin, x="step", settings={"lr": 0.003, "shuffle": True}
    )
    run.changes.append(Change(5, 5, "lr", 0.003, 0.001))
    return run


@pytest.fixture
def library(tmp_path: Path):
    library = Library(tmp_path / "library.db")
    yield library
    library.close()


def assert_same_table(left: MetricTable, right: MetricTable) -> None:
    assert left.columns == right.columns
    for name in left.columns:
        a, b = left.series(name), right.series(name)
        assert np.array_equal(a.rows, b.rows) and np.array_equal(a.values, b.values, equal_nan=True)


def test_a_run_comes_back_whole(library: Library) -> None:
    run = make_run()
    library.add(run)
    library.write(run, 0, [EVENT])
    loaded, events = library.load(run.id)
    assert_same_table(run.table, loaded.table)
    assert (loaded.name, loaded.x, loaded.settings, loaded.changes) == (run.name, run.x, run.settings, run.changes)
    assert (loaded.origin, loaded.series) == (run.origin, run.series)
    assert events[0].kind is EventKind.DIVERGED and events[0].state is EventState.CLOSED
    assert math.isnan(events[0].evidence["first"]) and events[0].evidence["peak"] == math.inf


def test_rows_written_bit_by_bit_are_the_same_and_make_few_chunks(library: Library) -> None:
    run = make_run(0)
    library.add(run)
    since = 0
    for i in range(300):
        for j in range(30):
            run.table.append({"step": i * 30 + j, "loss": float(j)} | ({"val_loss": 1.0} if j == 7 else {}))
        since = library.write(run, since)
    assert_same_table(run.table, library.load(run.id)[0].table)
    chunks = sqlite3.connect(library.path).execute("SELECT count(DISTINCT first_row) FROM chunks").fetchone()[0]
    assert chunks <= 9000 // SMALL_CHUNK + 1


def test_a_long_run_is_written_in_parts(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.library.store.LARGEST_CHUNK", 10_000)
    run = make_run(25_000)
    library.add(run)
    since = library.write(run, 0)
    run.table.append({"step": 25_000.0, "loss": 1.0})
    library.write(run, since)
    assert_same_table(run.table, library.load(run.id)[0].table)


def test_runs_are_searched_by_name_note_and_tag(library: Library) -> None:
    first, second = make_run(), make_run()
    second.name = "explosion"
    for run in (first, second):
        library.add(run)
    library.annotate(first.id, "the one that rose")
    library.tag(second.id, ["thesis", "café"])
    assert [e.id for e in library.entries("ROSE late")] == [first.id]
    assert [e.id for e in library.entries("CAFÉ")] == [second.id]
    assert len(library.entries()) == 2


def test_deleting_is_undone_until_it_is_purged(library: Library) -> None:
    run = make_run()
    library.add(run)
    library.write(run, 0)
    library.delete(run.id)
    assert library.entries() == []
    library.restore(run.id)
    assert [e.id for e in library.entries()] == [run.id]
    library.delete(run.id)
    library.purge()
    with pytest.raises(LibraryError, match="no run"):
        library.load(run.id)
    with pytest.raises(LibraryError, match="no run"):
        library.restore(run.id)


def test_two_windows_write_at_once(tmp_path: Path) -> None:
    runs = [make_run(0) for _ in range(2)]
    recorders = [Recorder(tmp_path / "library.db", run) for run in runs]
    for recorder in recorders:
        recorder.start()
    for i in range(2000):
        for run in runs:
            run.table.append({"step": float(i), "loss": 1.0})
    for recorder in recorders:
        recorder.stop()
        assert recorder.problem is None
    library = Library(tmp_path / "library.db")
    for run in runs:
        assert_same_table(run.table, library.load(run.id)[0].table)
    assert not library.interrupted()
    library.close()


def test_a_damaged_file_is_set_aside_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this was a library once" * 100)
    library = Library(path)
    assert library.set_aside is not None and library.set_aside.read_bytes().startswith(b"this was")
    assert library.entries() == []
    library.close()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryError, match="newer"):
        Library(path)
    assert list(tmp_path.glob("*damaged*")) == []


def test_a_damaged_chunk_is_said_and_other_runs_open(library: Library) -> None:
    good, bad = make_run(), make_run()
    for run in (good, bad):
        library.add(run)
        library.write(run, 0)
    with sqlite3.connect(library.path) as db:
        db.execute("UPDATE chunks SET data = x'00' WHERE run = ? AND name = 'loss'", (bad.id,))
    with pytest.raises(LibraryError, match="damaged"):
        library.load(bad.id)
    assert_same_table(good.table, library.load(good.id)[0].table)


def test_a_folder_that_cannot_be_made_is_said_and_training_goes_on_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recorder = Recorder(tmp_path / "file" / "library.db", make_run())
    recorder.start()
    recorder.stop()
    assert recorder.problem is not None and "cannot" in recorder.problem


def test_a_full_disk_is_said_and_what_was_written_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(tmp_path / "library.db")
    run = make_run()
    library.add(run)
    library.write(run, 0)
    pages = library._connection.execute("PRAGMA page_count").fetchone()[0]
    library._connection.execute(f"PRAGMA max_page_count = {pages}")
    noise = np.random.default_rng(0).random(50_000)
    run.table.extend({"loss": noise})
    with pytest.raises(LibraryError, match="full"):
        library.write(run, 0)
    assert len(library.load(run.id)[0].table) == 10
    library.close()


CHILD = """
import sys, time
from pathlib import Path
from engine.library import Recorder
from tests.engine.library.test_library import make_run

run = make_run(0)
recorder = Recorder(Path(sys.argv[1]), run)
recorder.start()
print(run.id, flush=True)
for i in range(10**9):
    run.table.append({"step": float(i), "loss": time.time()})
    if i % 100 == 0:
        time.sleep(0.001)
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_killed_training_loses_at_most_a_second_and_the_library_opens(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    root = Path(__file__).resolve().parents[3]
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    run_id = child.stdout.readline().strip()
    deadline = time.time() + 20
    while time.time() < deadline:
        library = Library(path)
        rows = [e.rows for e in library.entries()]
        library.close()
        if rows and rows[0] > 0:
            break
    killed = time.time()
    child.send_signal(signal.SIGKILL)
    child.wait()
    library = Library(path)
    assert library.set_aside is None
    assert [e.id for e in library.interrupted()] == [run_id]
    last = library.load(run_id)[0].table.values("loss")[-1]
    # One second is the promise; the rest is room for a busy machine that suspends the writer.
    assert killed - last < 1.0 + 2.0
    library.close()


def test_the_rows_reach_as_far_as_the_checkpoint(tmp_path: Path) -> None:
    run = make_run()

    def checkpoint() -> tuple[int, bytes]:
        run.table.append({"step": float(len(run.table)), "loss": 0.1})  # the training does not wait for the library
        return len(run.table), b"state"

    recorder = Recorder(tmp_path / "library.db", run, checkpoint=checkpoint)
    recorder.start()
    recorder.stop(is_finished=False)
    library = Library(tmp_path / "library.db")
    kept = library.checkpoint(run.id)
    assert kept is not None
    assert kept[0] <= len(library.load(run.id)[0].table)
    assert [entry.id for entry in library.interrupted()] == [run.id]
    library.close()


def test_a_resumed_run_takes_the_place_of_its_rows_and_keeps_its_name(library: Library) -> None:
    run = make_run(30)
    library.add(run)
    library.write(run, 0)
    library.rename(run.id, "mine")
    shorter = make_run(20)
    shorter.id = run.id
    library.add(shorter)
    assert [(entry.id, entry.name) for entry in library.entries()] == [(run.id, "mine")]
    assert_same_table(shorter.table, library.load(run.id)[0].table)
