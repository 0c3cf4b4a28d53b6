"""A disk that is full in the middle of a write is said, and what was there before stays as it was."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.export import write_table
from engine.library import Library, LibraryError
from engine.library.exchange import export_run, import_run
from engine.report import ReportError, write_report
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system's limit on the size of files is used")

ROOM = 48 * 1024  # bytes of any one file, until it is as if the disk were full


@contextmanager
def full_disk() -> Iterator[None]:
    """Writes beyond the first bytes of a file fail, as on a disk that is full."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def run_of(rows: int) -> Run:
    table = MetricTable()
    table.extend({"step": np.arange(rows, dtype=float), "loss": np.random.default_rng(0).random(rows)})
    return Run("run", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")


WRITERS: dict[str, Callable[[Run, Path], object]] = {
    "run.csv": lambda run, path: write_table(run.table, path),
    "run.parquet": lambda run, path: write_table(run.table, path),
    "run.overshoot": lambda run, path: export_run(run, (), path),
    "report.md": lambda run, path: write_report(run, (), path, notes=dict.fromkeys(range(1000), "x" * 100)),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_file_is_left_as_it_was(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"before")
    with full_disk(), pytest.raises((OSError, ReportError)) as error:
        WRITERS[name](run_of(50_000), path)
    assert "large" in str(error.value) or "space" in str(error.value)
    assert path.read_bytes() == b"before"
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", WRITERS)
def test_there_is_room_for_it_else(name: str, tmp_path: Path) -> None:
    WRITERS[name](run_of(50_000), tmp_path / name)
    assert (tmp_path / name).stat().st_size > ROOM


def test_a_run_of_the_library_stays_whole(tmp_path: Path) -> None:
    run = run_of(500)
    library = Library(tmp_path / "library.db")
    library.add(run)
    library.write(run, 0)
    run.table.extend({"step": np.arange(500.0, 50_000), "loss": np.ones(49_500) / 3})
    run.table.extend({"noise": np.random.default_rng(1).random(100_000)})
    with full_disk(), pytest.raises(LibraryError):
        library.write(run, 0)
    assert len(library.load(run.id)[0].table) == 500
    library.write(run, 0)  # there is room again
    assert len(library.load(run.id)[0].table) == len(run.table)
    library.close()


def test_an_import_that_does_not_fit_leaves_no_half_run(tmp_path: Path) -> None:
    from engine.library.exchange import put

    export_run(run_of(50_000), (), tmp_path / "run.overshoot")
    found = import_run(tmp_path / "run.overshoot")
    library = Library(tmp_path / "library.db")
    with full_disk(), pytest.raises(LibraryError):
        put(library, *found)
    assert [len(library.load(entry.id)[0].table) for entry in library.entries()] == []
    library.close()
