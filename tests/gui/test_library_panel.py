"""The dialog of kept runs, and the table and groups of the runs that are open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.events import Event, EventKind, Severity
from engine.library import Library
from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import MetricTable
from gui.runs.comparing import BEST, best_row, origin_row
from gui.runs.document import Shown
from gui.runs.library.dialog import LibraryDialog
from gui.runs.library.model import CURVE, LAST, NAME, NOTE, SIGHT, TAGS, VERDICT
from gui.runs.table.facts import best
from gui.runs.table.settings import differing, repeated
from gui.window.main_window import MainWindow

EVENT = Event("loss/spike/0", EventKind.SPIKE, "loss", 3, 3, 9, Severity.WARNING, 0.9)


def made(seed: int, lr: float = 0.1) -> Run:
    table = MetricTable()
    loss = np.array([5.0, 2.0, np.nan, 1.0, np.inf, 4.0]) + seed
    table.extend({"step": np.arange(1.0, 7.0), "loss": loss})
    origin = Origin(OriginKind.TRAINING, scenario="healthy", seed=seed)
    return Run(f"healthy {seed}", table, (LossSeries("loss"),), origin, "step", {"lr": lr})


@pytest.fixture
def kept(own_home: Path) -> list[Run]:
    runs = [made(seed) for seed in range(3)]
    library = Library()
    for run in runs:
        library.add(run)
        library.write(run, 0, [EVENT])
        library.finish(run.id)
    library.close()
    return runs


@pytest.fixture
def dialog(qtbot: QtBot, kept: list[Run], window: MainWindow) -> LibraryDialog:
    found = LibraryDialog(window.library, window)  # which the window closes, unless it has closed itself
    found.show()
    return found


def test_each_run_has_its_curve_verdict_and_last_loss(dialog: LibraryDialog, qtbot: QtBot) -> None:
    entries = dialog.entries
    told = lambda row, column: entries.index(row, column).data()
    qtbot.waitUntil(lambda: all(told(row, VERDICT) == "Spike" for row in range(3)))
    assert [told(row, LAST) for row in range(3)] == ["6", "5", "4"]
    sight = entries.index(0, CURVE).data(SIGHT)
    assert sight.curve.x and sight.curve.severity is Severity.WARNING
    picture = dialog.table.viewport().grab(dialog.table.visualRect(entries.index(0, CURVE))).toImage()
    pixels = [picture.pixelColor(x, y) for x in range(picture.width()) for y in range(picture.height())]
    assert sum(pixel.blue() > pixel.red() + 80 for pixel in pixels) > 30


def test_a_run_is_named_tagged_annotated_and_found(dialog: LibraryDialog) -> None:
    entries = dialog.entries
    assert [entry.name for entry in entries.entries] == ["healthy 2", "healthy 1", "healthy 0"]
    for column, text in ((NAME, "baseline"), (TAGS, "thesis, a"), (NOTE, "the calm one")):
        assert entries.setData(entries.index(1, column), text)
    dialog.search.setText("CALM base thesis")
    assert [entry.tags for entry in entries.entries] == [("a", "thesis")]
    assert not entries.setData(entries.index(0, NAME), "  ")


def test_a_run_is_opened_with_its_events_and_only_once(dialog: LibraryDialog, window: MainWindow) -> None:
    for _time in range(2):
        dialog.table.selectRow(0)
        dialog.open_it.click()
    assert len(window.runs) == 1
    assert window.runs.active is not None
    assert [event.id for event in window.runs.active.listed] == [EVENT.id]


def test_deleting_is_undone(dialog: LibraryDialog) -> None:
    dialog.table.selectRow(1)
    dialog.delete.click()
    assert [entry.name for entry in dialog.entries.entries] == ["healthy 2", "healthy 0"]
    dialog.undo.click()
    assert len(dialog.entries.entries) == 3
    assert not dialog.undo.isEnabled()


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_numbers_are_exported(
    dialog: LibraryDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    import polars as pl

    path = tmp_path / f"run.{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    dialog.table.selectRow(2)
    dialog.export.click()
    frame = pl.read_csv(path) if suffix == "csv" else pl.read_parquet(path)
    assert np.array_equal(frame["loss"].to_numpy(), made(0).table.values("loss"), equal_nan=True)


def test_an_exported_run_comes_back_in_another_library(
    dialog: LibraryDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.overshoot"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    dialog.table.selectRow(0)
    dialog.export.click()
    dialog.import_button.click()
    assert [entry.name for entry in dialog.entries.entries].count("healthy 2") == 2


def test_a_file_that_is_no_run_is_refused_with_the_reason(
    dialog: LibraryDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "wrong.overshoot"
    path.write_bytes(b"no archive")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    dialog.import_button.click()
    assert len(dialog.entries.entries) == 3
    assert path.name in dialog._said.text()


def test_the_best_value_is_the_smallest_finite_one() -> None:
    assert best(made(0), "loss") == (1.0, 3)
    assert best_row(made(0)) == 3
    assert best(made(0), "absent") is None


def test_only_settings_that_differ_are_columns() -> None:
    assert differing([made(0), made(0)]) == []
    assert differing([made(0), made(1, lr=0.2)]) == ["lr", "seed"]


def test_runs_that_differ_in_the_seed_only_are_one_group() -> None:
    runs = [made(0), made(1), made(2, lr=0.2)]
    assert list(repeated(runs).values()) == [(runs[0].id, runs[1].id)]


def test_x_is_counted_from_an_event_or_the_best_value() -> None:
    shown = Shown(made(0), (EVENT,))
    assert [origin_row(shown, place) for place in ("", BEST, "spike", "diverged")] == [None, 3, 3, None]


def test_a_proof_that_a_full_disk_cannot_keep_is_said_and_what_was_kept_before_stays(
    kept: list[Run], window: MainWindow, qtbot: QtBot
) -> None:
    desk, run_id = window.library, kept[0].id
    desk.keep_proofs(run_id, {"first": ["12 of 12 forks were clean"]})
    database = desk.library._connection
    pages = database.execute("PRAGMA page_count").fetchone()[0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with qtbot.waitSignal(desk.message_ready) as signal:
        desk.keep_proofs(run_id, {"second": ["x" * 100_000]})
    assert "full" in signal.args[0] and "was not saved" in signal.args[0]
    assert desk.proofs(run_id) == {"first": ["12 of 12 forks were clean"]}
    database.execute(f"PRAGMA max_page_count = {pages + 1000}")
    desk.keep_proofs(run_id, {"second": ["x" * 100_000]})
    assert set(desk.proofs(run_id)) == {"first", "second"}
