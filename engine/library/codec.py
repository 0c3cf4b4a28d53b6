"""Encodes runs for the library: numbers as compressed chunks, all else as JSON. Decoding executes nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.events import Event, EventKind, EventState, Severity
from engine.run import PERSON, Change, Origin, OriginKind, Run, Value
from engine.run_warnings import RunWarning, WarningKind, from_plain, to_plain
from engine.series import LossSeries, Role
from engine.table import MetricTable, Sparse

LARGEST_CHUNK_BYTES = 1 << 30


def pack(array: np.ndarray) -> bytes:
    """Compress numbers in little-endian order."""
    import zstandard  # with the first run that is kept, not with the window

    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    return zstandard.ZstdCompressor(level=3).compress(little.tobytes())


def unpack(data: bytes, dtype: type) -> np.ndarray:
    """Decompress numbers; raises ValueError for a damaged chunk."""
    import zstandard

    try:
        raw = zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST_CHUNK_BYTES)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    return np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False)


def chunks(table: MetricTable, start: int, stop: int) -> Iterator[tuple[str, bytes | None, bytes]]:
    """Yield name, row numbers from `start` on (None if every row has a value) and values of rows ``[start, stop)``."""
    for name in table.columns:
        series = table.series(name, start, stop)
        if not len(series):
            continue
        at = None if len(series) == stop - start else pack(series.rows - start)
        yield name, at, pack(series.values)


def unchunk(rows: int, parts: list[tuple[str, bytes | None, bytes]]) -> dict[str, Any]:
    """Decode the chunks of the same rows for `MetricTable.extend`."""
    found: dict[str, Any] = {}
    for name, at, data in parts:
        values = unpack(data, np.float64)
        found[name] = values if at is None else Sparse(unpack(at, np.int64), values)
        if at is None and len(values) != rows:
            raise ValueError(f"column {name!r} has {len(values)} values in {rows} rows")
    return found


def describe(run: Run) -> str:
    """Encode all of a run except its numbers as JSON."""
    origin = {**vars(run.origin), "path": str(run.origin.path) if run.origin.path else None}
    return json.dumps(
        {
            "x": run.x,
            "columns": run.table.columns,
            "origin": origin,
            "settings": dict(run.settings),
            "setting_sources": dict(run.setting_sources),
            "warnings": [warning.text for warning in run.warnings],  # for older versions
            "warning_values": [to_plain(warning) for warning in run.warnings],
            "series": [vars(s) for s in run.series],
            "changes": [vars(c) for c in run.changes],
            "names": dict(run.names),
        }
    )


def undescribe(id: str, name: str, description: str, table: MetricTable) -> Run:
    """Decode a run."""
    plain = json.loads(description)
    origin = plain["origin"]
    return Run(
        name=name,
        table=table,
        id=id,
        x=plain["x"],
        settings=plain["settings"],
        warnings=_warnings(plain),
        series=tuple(LossSeries(s["name"], Role(s["role"]), s["partner"]) for s in plain["series"]),
        changes=[Change(**c) for c in plain["changes"]],
        names=plain.get("names", {}),  # files of version 1 have none
        setting_sources=plain.get("setting_sources", {}),
        origin=Origin(
            OriginKind(origin["kind"]),
            Path(origin["path"]) if origin["path"] else None,
            origin["format"],
            origin["scenario"],
            origin["seed"],
            origin.get("device", "cpu"),
        ),
    )


def told(description: str) -> dict[str, Value]:
    """The settings that a person added by hand to a run whose log is read again."""
    plain = json.loads(description)
    sources = plain.get("setting_sources", {})
    return {key: value for key, value in plain["settings"].items() if sources.get(key) == PERSON}


def _warnings(plain: Mapping[str, Any]) -> list[RunWarning]:
    """Decode warnings, which are only sentences in files of earlier versions."""
    if "warning_values" in plain:
        return [from_plain(*kept) for kept in zip(plain["warning_values"], plain["warnings"])]
    return [RunWarning(WarningKind.WRITTEN, sentence=sentence) for sentence in plain["warnings"]]


def event_text(event: Event) -> str:
    """Encode an event as JSON, with NaN and infinity in the evidence by name."""
    plain = {f.name: getattr(event, f.name) for f in fields(event) if f.name != "evidence"}
    plain["evidence"] = {k: v if math.isfinite(v) else str(v) for k, v in event.evidence.items()}
    return json.dumps(plain)


def events_from(texts: Iterable[str]) -> tuple[tuple[Event, ...], list[RunWarning]]:
    """Decode events; those of kinds unknown to this version are left out, with a warning.

    Events absorbed by one of those are listed again.
    """
    entries = [json.loads(text) for text in texts]
    foreign = {plain["id"]: plain["kind"] for plain in entries if _is_foreign(plain["kind"])}
    events = [_event(plain) for plain in entries if plain["id"] not in foreign]
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


def _event(plain: dict[str, Any]) -> Event:
    plain["evidence"] = {name: float(value) for name, value in plain["evidence"].items()}
    plain |= {
        "kind": EventKind(plain["kind"]),
        "severity": Severity(plain["severity"]),
        "state": EventState(plain["state"]),
    }
    return Event(**plain)
