"""Runs on disk: what was written is what is read, and nothing is lost."""

from __future__ import annotations

import json
import math
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.events import Event, EventKind, EventState, Severity
from engine.library import Library, LibraryError, Recorder, codec
from engine.library.links import Link, log_id
from engine.library.schema import MIGRATIONS
from engine.library.store import SMALL_CHUNK
from engine.logs import open_log
from engine.logs.options import ReadOptions
from engine.run import Change, Origin, OriginKind, Run
from engine.run_warnings import RunWarning, WarningKind, from_plain, to_plain
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
    run.names = {"step": "iteration"}
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
    assert (loaded.origin, loaded.series, loaded.names) == (run.origin, run.series, run.names)
    assert events[0].kind is EventKind.DIVERGED and events[0].state is EventState.CLOSED
    assert math.isnan(events[0].evidence["first"]) and events[0].evidence["peak"] == math.inf


def test_a_run_opens_whose_events_have_a_kind_that_no_file_declares_any_more(library: Library, tmp_path: Path) -> None:
    run = make_run()
    library.add(run)
    hidden = replace(EVENT, id="loss/spike/0", kind=EventKind.SPIKE).absorbed("loss/wobble/0")
    library.write(run, 0, [EVENT, hidden])
    foreign = json.loads(codec.event_text(EVENT)) | {"id": "loss/wobble/0", "kind": "wobble"}
    kept = library.items(run.id, "event") | {"loss/wobble/0": json.dumps(foreign)}
    library.put_items(run.id, "event", kept)
    loaded, events = library.load(run.id)
    assert [(e.id, e.is_listed) for e in events] == [(EVENT.id, True), (hidden.id, True)]
    (warning,) = loaded.warnings
    assert warning == RunWarning(WarningKind.UNKNOWN_EVENTS, 1, names=("wobble",))
    assert "wobble" in warning.text
    library.write(loaded, 0, events)
    again, kept_events = library.load(run.id)
    assert again.warnings == [warning]
    assert [event.id for event in kept_events] == [EVENT.id, hidden.id]
    assert from_plain(to_plain(warning)) == warning


def test_an_event_whose_kind_is_no_text_is_damage(library: Library) -> None:
    run = make_run()
    library.add(run)
    broken = json.loads(codec.event_text(EVENT)) | {"kind": 7}
    library.put_items(run.id, "event", {EVENT.id: json.dumps(broken)})
    with pytest.raises(LibraryError):
        library.load(run.id)


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
    assert [e.id for e in library.deleted()] == [run.id]
    assert library.purge() == 0
    library.load(run.id)
    assert library.purge(days=0) == 1
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


def test_a_slow_folder_holds_up_no_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, is_writing, may_write = make_run(0), threading.Event(), threading.Event()
    write = Library.write

    def slow(library: Library, *call) -> int:
        is_writing.set()
        assert may_write.wait(60)
        return write(library, *call)

    monkeypatch.setattr(Library, "write", slow)
    recorder = Recorder(tmp_path / "library.db", run)
    recorder.start()
    assert is_writing.wait(60)
    for i in range(1000):
        run.table.append({"step": float(i), "loss": 1.0})
    recorder.stop(waits=False)
    assert recorder.is_working and recorder.problem is None
    may_write.set()
    recorder.stop()
    assert recorder.problem is None
    library = Library(tmp_path / "library.db")
    assert_same_table(run.table, library.load(run.id)[0].table)
    library.close()


def test_a_damaged_file_is_set_aside_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"this was a library once" * 100)
    library = Library(path)
    assert library.set_aside is not None and library.set_aside.read_bytes().startswith(b"this was")
    assert library.entries() == []
    library.close()


def test_a_file_found_damaged_inside_is_set_aside_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    library = Library(path)
    run = make_run(2000)
    library.add(run)
    library.close()
    page = sqlite3.connect(path).execute("SELECT rootpage FROM sqlite_master WHERE name='chunks'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    library = Library(path)
    assert library.set_aside is None
    with pytest.raises(LibraryError, match="next start"):
        library.load(run.id)
    library.close()
    library = Library(path)
    assert library.set_aside is not None and library.set_aside.exists()
    assert library.entries() == []
    library.close()
    assert Library(path).set_aside is None


def make_log(folder: Path) -> Path:
    path = folder / "log.csv"
    path.write_text("iteration,loss\n" + "".join(f"{i},{1 / (1 + i)}\n" for i in range(20)))
    return path


def remember(library: Library, path: Path) -> Run:
    (run,) = open_log(path)
    link = Link(path, run.name, ReadOptions())
    run.id = log_id(path, run.name)
    library.remember(run, link)
    return run


def test_a_log_is_remembered_without_its_numbers_and_read_again(library: Library, tmp_path: Path) -> None:
    path = make_log(tmp_path)
    run = remember(library, path)
    assert sqlite3.connect(library.path).execute("SELECT count(*) FROM chunks").fetchone() == (0,)
    with path.open("a") as file:
        file.write("20,0.01\n")
    loaded, _events = library.load(run.id)
    assert (loaded.id, len(loaded.table)) == (run.id, 21)
    entry = library.entry(run.id)
    assert (entry.path, entry.rows, entry.is_interrupted) == (path, 20, False)


def test_a_log_opened_again_keeps_what_was_said_of_it(library: Library, tmp_path: Path) -> None:
    path = make_log(tmp_path)
    run = remember(library, path)
    library.rename(run.id, "the calm one")
    library.tag(run.id, ["thesis"])
    library.put_items(run.id, "note", {"3": "here"})
    library.delete(run.id)
    remember(library, path)
    (entry,) = library.entries()
    assert (entry.name, entry.tags, library.items(run.id, "note")) == ("the calm one", ("thesis",), {"3": "here"})
    assert [e.id for e in library.entries("log.csv")] == [run.id]


def test_a_log_that_is_gone_is_said(library: Library, tmp_path: Path) -> None:
    run = remember(library, make_log(tmp_path))
    (tmp_path / "log.csv").unlink()
    with pytest.raises(LibraryError, match=r"log\.csv.*no such file"):
        library.load(run.id)


def test_notes_on_a_run_that_is_not_kept_are_refused(library: Library) -> None:
    with pytest.raises(LibraryError, match="no run"):
        library.put_items("absent", "note", {"0": "x"})


def test_a_library_of_the_first_version_opens_with_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    old = sqlite3.connect(path)
    old.executescript(MIGRATIONS[0] + "; PRAGMA user_version = 1")
    run = make_run()
    old.execute(
        "INSERT INTO runs (id, name, state, created, updated, description) VALUES (?,?,?,?,?,?)",
        (run.id, run.name, "finished", 1.0, 1.0, codec.describe(run)),
    )
    old.commit()
    old.close()
    library = Library(path)
    assert [(e.name, e.path) for e in library.entries()] == [(run.name, None)]
    assert library.load(run.id)[0].series == run.series
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
from concurrent.futures import ThreadPoolExecutor
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


def test_two_programs_may_make_the_library_at_the_same_moment(tmp_path: Path) -> None:
    def open_and_close(path: Path) -> None:
        barrier.wait()
        Library(path).close()

    with ThreadPoolExecutor(4) as four:
        for trial in range(60):
            barrier = threading.Barrier(4)
            list(four.map(open_and_close, [tmp_path / f"{trial}.db"] * 4))
