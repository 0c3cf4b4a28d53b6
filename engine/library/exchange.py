"""Take a run out of the library as one file, and bring it into another library."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import polars as pl

from engine.events import Event
from engine.export import to_frame
from engine.i18n import _
from engine.library import codec
from engine.library.store import LibraryError
from engine.run import Run
from engine.table import MetricTable, Sparse

LARGEST_FILE = 4 << 30  # bytes after expansion: a crafted file must not fill the disk or the memory
VERSION = 1


def export_run(run: Run, events: tuple[Event, ...], path: Path) -> None:
    """Write a run as ``.overshoot``: a ZIP of its numbers (Parquet) and of everything else (JSON)."""
    said = {
        "version": VERSION,
        "name": run.name,
        "run": json.loads(codec.describe(run)),
        "events": [json.loads(codec.event_text(event)) for event in events],
    }
    numbers = BytesIO()
    to_frame(run.table).write_parquet(numbers)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("run.json", json.dumps(said))
        file.writestr("table.parquet", numbers.getvalue())


def import_run(path: Path) -> tuple[Run, tuple[Event, ...]]:
    """Read what `export_run` wrote; the run gets an id of its own, so it can be imported twice.

    Raises
    ------
    LibraryError
        If the file is no exported run, is damaged, or expands beyond 4 GiB.
    """
    try:
        with zipfile.ZipFile(path) as file:
            size = sum(part.file_size for part in file.infolist())
            if size > LARGEST_FILE:
                raise ValueError(_("it would expand to {size:.1f} GiB").format(size=size / (1 << 30)))
            said = json.loads(file.read("run.json"))
            frame = pl.read_parquet(BytesIO(file.read("table.parquet")))
        if said["version"] != VERSION:
            raise ValueError(_("its version is {version}").format(version=said["version"]))
        run = codec.undescribe("", said["name"], json.dumps(said["run"]), _table(frame))
        events = tuple(codec.event_from(json.dumps(event)) for event in said["events"])
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, pl.exceptions.PolarsError) as error:
        raise LibraryError(_("{path} is no run exported by Overshoot ({why}).").format(path=path, why=error)) from error
    fresh = Run("", run.table, (), run.origin)
    return replace(run, id=fresh.id), events


def _table(frame: pl.DataFrame) -> MetricTable:
    table = MetricTable(frame.columns)
    chunk = {}
    for column in frame:
        values = column.cast(pl.Float64)
        is_there = values.is_not_null()
        found = values.drop_nulls().to_numpy()
        chunk[column.name] = found if is_there.all() else Sparse(is_there.arg_true().to_numpy().astype("int64"), found)
    table.extend(chunk, rows=frame.height)
    return table
