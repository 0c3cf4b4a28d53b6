"""Exports runs of the library as single files, and imports them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from engine.events import Event
from engine.export import to_frame
from engine.i18n import _
from engine.library import codec
from engine.library.labels import LABEL, REFUTED, label_of, refusal_of
from engine.library.opening import LibraryError
from engine.library.store import Library
from engine.logs.stores.apart import frame_apart, parquet_file
from engine.logs.stores.parquet_file import is_vouched_for
from engine.replacing import replacing
from engine.run import Run
from engine.table import MetricTable, Sparse

# What ``zipfile`` raises for a damaged archive, a packing that it does not know and an encrypted part.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
LARGEST_FILE = 4 << 30  # bytes after expansion, so that a crafted file cannot fill disk or memory
VERSION = 1
KEPT = ("note", "proof", LABEL, REFUTED)


@dataclass(frozen=True)
class Remarks:
    """Annotations of a run: note, tags, notes on the curve, proofs, marks and refusals (kind to id to JSON text)."""

    note: str = ""
    tags: tuple[str, ...] = ()
    items: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def remarks_of(library: Library, run_id: str) -> Remarks:
    """The annotations of a run in a library."""
    entry = library.entry(run_id)
    return Remarks(entry.note, entry.tags, {kind: library.items(run_id, kind) for kind in KEPT})


def put(library: Library, run: Run, events: tuple[Event, ...], remarks: Remarks) -> None:
    """Add an imported run to a library, all or nothing."""
    library.add(run)
    library.write(run, 0, events)
    library.annotate(run.id, remarks.note)
    library.tag(run.id, remarks.tags)
    for kind, items in remarks.items.items():
        library.put_items(run.id, kind, dict(items))
    library.finish(run.id)


def export_run(run: Run, events: tuple[Event, ...], path: Path, remarks: Remarks = Remarks()) -> None:
    """Write a run as ``.overshoot``: a ZIP of its numbers (Parquet) and everything else (JSON)."""
    plain = {
        "version": VERSION,
        "name": run.name,
        "run": json.loads(codec.describe(run)),
        "events": [json.loads(codec.event_text(event)) for event in events],
        "remarks": asdict(remarks),
    }
    numbers = BytesIO()
    to_frame(run.table).write_parquet(numbers)
    with replacing(path) as target, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("run.json", json.dumps(plain))
        file.writestr("table.parquet", numbers.getvalue())


def import_run(path: Path) -> tuple[Run, tuple[Event, ...], Remarks]:
    """Read what `export_run` wrote; the run gets an id of its own, so it can be imported twice.

    Raises
    ------
    LibraryError
        If the file is no exported run, is damaged, or expands beyond 4 GiB.
    """
    try:
        description, numbers = _parts(path)
        plain = json.loads(description)
        frame = _frame(numbers)
        if plain["version"] != VERSION:
            raise ValueError(_("its version is {version}").format(version=plain["version"]))
        run = codec.undescribe("", plain["name"], json.dumps(plain["run"]), _table(frame))
        events, warnings = codec.events_from(map(json.dumps, plain["events"]))
        run.warnings += [warning for warning in warnings if warning not in run.warnings]
        remarks = _remarks(plain.get("remarks", {}))
    except (*_DAMAGE, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError) as error:
        raise LibraryError(
            _("{path} is not a run exported by Overshoot ({why}).").format(path=path, why=error)
        ) from error
    fresh = Run("", run.table, (), run.origin)
    return replace(run, id=fresh.id), events, remarks


def _parts(path: Path) -> tuple[bytes, bytes]:
    """What describes the run, and its numbers."""
    with path.open("rb") as stream:
        try:
            with zipfile.ZipFile(stream) as file:
                size = sum(part.file_size for part in file.infolist())
                if size > LARGEST_FILE:
                    raise ValueError(_("it would expand to {size:.1f} GiB").format(size=size / (1 << 30)))
                return file.read("run.json"), file.read("table.parquet")
        except OSError as error:  # a place in it before its beginning, and not that it cannot be opened
            raise ValueError(str(error)) from None


def _remarks(plain: dict[str, Any]) -> Remarks:
    kinds = plain.get("items", {})
    items = {kind: {str(id): str(text) for id, text in kinds.get(kind, {}).items()} for kind in KEPT}
    for texts in items.values():
        for text in texts.values():
            json.loads(text)
    for text in items[LABEL].values():
        label_of(text)
    for key, text in items[REFUTED].items():
        refusal_of(key, text)
    return Remarks(str(plain.get("note", "")), tuple(map(str, plain.get("tags", ()))), items)


def _frame(data: bytes) -> pl.DataFrame:
    """Read the numbers, bounded, since a few bytes of Parquet can encode billions of equal ones."""
    try:
        if not is_vouched_for(data):
            return frame_apart(data, parquet_file)
        lazy = pl.scan_parquet(BytesIO(data))
        cells = lazy.select(pl.len()).collect().item() * len(lazy.collect_schema())
        if 8 * cells > LARGEST_FILE:
            raise ValueError(_("it would expand to {size:.1f} GiB").format(size=8 * cells / (1 << 30)))
        return pl.read_parquet(BytesIO(data))
    except pl.exceptions.PanicException as panic:  # not an Exception
        raise ValueError(str(panic)) from None


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
