"""Runs as rows of the library: numbers in compressed chunks, all else as JSON. Nothing read back is executed."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from engine.events import Event, EventKind, EventState, Severity
from engine.run import Change, Origin, OriginKind, Run
from engine.run_warnings import RunWarning, WarningKind, from_plain, to_plain
from engine.series import LossSeries, Role
from engine.table import MetricTable, Sparse

LARGEST_CHUNK_BYTES = 1 << 30


def pack(array: np.ndarray) -> bytes:
    """Compressed little-endian numbers."""
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    return zstandard.ZstdCompressor(level=3).compress(little.tobytes())


def unpack(data: bytes, dtype: type) -> np.ndarray:
    """The numbers again; a damaged chunk raises ValueError."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST_CHUNK_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    return np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False)


def chunks(table: MetricTable, start: int, stop: int) -> Iterator[tuple[str, bytes | None, bytes]]:
    """Name, row numbers from `start` on (None where every row has a value) and values of the rows ``[start, stop)``."""
    for name in table.columns:
        series = table.series(name, start, stop)
        if not len(series):
            continue
        at = None if len(series) == stop - start else pack(series.rows - start)
        yield name, at, pack(series.values)


def unchunk(rows: int, parts: list[tuple[str, bytes | None, bytes]]) -> dict[str, Any]:
    """What `MetricTable.extend` takes, from the chunks of equal rows."""
    found: dict[str, Any] = {}
    for name, at, data in parts:
        values = unpack(data, np.float64)
        found[name] = values if at is None else Sparse(unpack(at, np.int64), values)
        if at is None and len(values) != rows:
            raise ValueError(f"column {name!r} has {len(values)} values in {rows} rows")
    return found


def describe(run: Run) -> str:
    """All of a run but its numbers, as JSON."""
    origin = {**asdict(run.origin), "path": str(run.origin.path) if run.origin.path else None}
    return json.dumps(
        {
            "x": run.x,
            "columns": run.table.columns,
            "origin": origin,
            "settings": dict(run.settings),
            "warnings": [warning.text for warning in run.warnings],  # what older versions show
            "warning_values": [to_plain(warning) for warning in run.warnings],
            "series": [asdict(s) for s in run.series],
            "changes": [asdict(c) for c in run.changes],
            "names": dict(run.names),
        }
    )


def undescribe(id: str, name: str, description: str, table: MetricTable) -> Run:
    """The run again."""
    said = json.loads(description)
    origin = said["origin"]
    return Run(
        name=name,
        table=table,
        id=id,
        x=said["x"],
        settings=said["settings"],
        warnings=_warnings(said),
        series=tuple(LossSeries(s["name"], Role(s["role"]), s["partner"]) for s in said["series"]),
        changes=[Change(**c) for c in said["changes"]],
        names=said.get("names", {}),  # files of version 1 have none
        origin=Origin(
            OriginKind(origin["kind"]),
            Path(origin["path"]) if origin["path"] else None,
            origin["format"],
            origin["scenario"],
            origin["seed"],
            origin.get("device", "cpu"),
        ),
    )


def _warnings(said: Mapping[str, Any]) -> list[RunWarning]:
    """Files of earlier versions have sentences only."""
    if "warning_values" in said:
        return [from_plain(*kept) for kept in zip(said["warning_values"], said["warnings"])]
    return [RunWarning(WarningKind.WRITTEN, sentence=sentence) for sentence in said["warnings"]]


def event_text(event: Event) -> str:
    """An event as JSON; NaN and infinity in the evidence stay numbers through their names."""
    said = {f.name: getattr(event, f.name) for f in fields(event) if f.name != "evidence"}
    said["evidence"] = {k: v if math.isfinite(v) else str(v) for k, v in event.evidence.items()}
    return json.dumps(said)


def events_from(texts: Iterable[str]) -> tuple[tuple[Event, ...], list[RunWarning]]:
    """The events again; those of kinds that this version does not know are left out, with a warning.

    What such an event had explained stands by itself.
    """
    plain = [json.loads(text) for text in texts]
    foreign = {said["id"]: said["kind"] for said in plain if _is_foreign(said["kind"])}
    events = [_event(said) for said in plain if said["id"] not in foreign]
    warning = RunWarning(WarningKind.UNKNOWN_EVENTS, len(foreign), names=tuple(sorted(set(foreign.values()))))
    return tuple(_alone(e) if e.absorbed_by in foreign else e for e in events), [warning] if foreign else []


def _alone(event: Event) -> Event:
    return replace(event, state=EventState.CLOSED, absorbed_by=None)


def _is_foreign(kind: Any) -> bool:
    try:
        EventKind(kind)
    except ValueError:
        return isinstance(kind, str)
    return False


def _event(said: dict[str, Any]) -> Event:
    said["evidence"] = {name: float(value) for name, value in said["evidence"].items()}
    said |= {
        "kind": EventKind(said["kind"]),
        "severity": Severity(said["severity"]),
        "state": EventState(said["state"]),
    }
    return Event(**said)
