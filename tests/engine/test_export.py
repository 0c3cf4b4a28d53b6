"""An exported table has the numbers of the run."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from engine import export
from engine.export import ExportCancelled, to_frame, write_table
from engine.table import MetricTable, Sparse


@pytest.fixture
def table() -> MetricTable:
    table = MetricTable()
    loss = np.array([0.1, np.nan, np.inf, 1 / 3])
    table.extend({"step": np.arange(4.0), "loss": loss, "val_loss": Sparse(np.array([1]), np.array([np.nan]))})
    return table


def test_missing_is_null_and_nan_is_nan(table: MetricTable) -> None:
    frame = to_frame(table)
    assert frame["val_loss"].is_null().to_list() == [True, False, True, True]
    assert np.isnan(frame["val_loss"][1]) and frame["loss"].null_count() == 0


def test_csv_keeps_every_digit_and_leaves_missing_cells_empty(table: MetricTable, tmp_path: Path) -> None:
    write_table(table, tmp_path / "run.csv")
    lines = (tmp_path / "run.csv").read_text().splitlines()
    assert lines[0] == "step,loss,val_loss"
    assert lines[1].endswith(",") and lines[2].lower().endswith("nan")
    assert float(lines[4].split(",")[1]) == 1 / 3


def test_parquet_is_the_same_frame(table: MetricTable, tmp_path: Path) -> None:
    write_table(table, tmp_path / "run.parquet")
    assert pl.read_parquet(tmp_path / "run.parquet").equals(to_frame(table), null_equal=True)


def test_a_folder_that_is_not_there_is_an_error(table: MetricTable, tmp_path: Path) -> None:
    with pytest.raises(OSError):
        write_table(table, tmp_path / "nowhere" / "run.csv")


def test_pieces_give_the_same_file_as_the_whole(
    table: MetricTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table(table, tmp_path / "whole.csv")
    shares: list[float] = []
    monkeypatch.setattr(export, "CHUNK_ROWS", 3)
    write_table(table, tmp_path / "pieces.csv", lambda share: shares.append(share) is None)
    assert (tmp_path / "pieces.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert shares == [0.0, 0.75]


def test_an_export_that_is_called_off_leaves_the_old_file(
    table: MetricTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.csv"
    path.write_text("of yesterday")
    monkeypatch.setattr(export, "CHUNK_ROWS", 2)
    with pytest.raises(ExportCancelled):
        write_table(table, path, lambda share: share < 0.5)
    assert path.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [path]


def test_an_empty_table_is_a_line_of_names(tmp_path: Path) -> None:
    write_table(MetricTable(["step", "loss"]), tmp_path / "run.csv")
    assert (tmp_path / "run.csv").read_text().strip() == "step,loss"


def test_a_device_is_not_replaced_by_a_file(table: MetricTable, tmp_path: Path) -> None:
    link = tmp_path / "sink.csv"
    link.symlink_to(os.devnull)
    write_table(table, link)
    assert link.is_symlink()
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)"])
def test_a_name_from_a_log_is_no_formula_in_a_spreadsheet(name: str, tmp_path: Path) -> None:
    table = MetricTable()
    table.append({name: -1.0, "loss": 0.5})
    write_table(table, tmp_path / "a.csv")
    header, numbers = (tmp_path / "a.csv").read_text().splitlines()
    assert header == f"'{name},loss"
    assert numbers == "-1.0,0.5"
    write_table(table, tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").columns == [name, "loss"]
