"""The small curves and verdicts of the runs opened last, kept in one file for the start page."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.events import EventKind, Severity
from engine.home import home
from engine.replacing import replacing
from gui.runs.document import Runs, Shown
from gui.runs.start.small_curve import SmallCurve, of_shown

MOST = 24


@dataclass(frozen=True)
class Thumbnail:
    """What is shown of a run: its curve, the kinds of its events, and when it was last open in seconds since 1970."""

    curve: SmallCurve
    kinds: tuple[EventKind, ...] = ()
    opened: float = 0.0
    runs: int = 1


def key_of(shown: Shown) -> str:
    """A log's path, or the id of a run in the library."""
    path = shown.run.origin.path
    return str(path.absolute()) if path is not None else shown.run.id


class Thumbnails:
    """Thumbnails by key; a missing or damaged file has none, and one that cannot be written is left.

    Parameters
    ----------
    path : Path, optional
        By default ``thumbnails.json`` in the program's home.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or home() / "thumbnails.json"
        self._known: dict[str, Thumbnail] = {}
        self._load()

    def _load(self) -> None:
        try:
            kept = json.loads(self._path.read_text("utf-8"))
            self._known = {str(key): _from_plain(entry) for key, entry in kept.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self._known = {}

    def of(self, key: str) -> Thumbnail | None:
        """The thumbnail of a key."""
        return self._known.get(key)

    def take(self, runs: Runs) -> None:
        """Take thumbnails of the open runs; of a log with several, that of the gravest."""
        by_key: dict[str, list[Shown]] = {}
        for shown in runs.all:
            by_key.setdefault(key_of(shown), []).append(shown)
        for key, same in list(by_key.items())[-MOST:]:
            told = max(same, key=lambda shown: max((event.severity.rank for event in shown.listed), default=-1))
            kinds = tuple(dict.fromkeys(event.kind for event in sorted(told.listed, key=lambda e: -e.severity.rank)))
            self._known.pop(key, None)
            self._known[key] = Thumbnail(of_shown(told), kinds, time.time(), len(same))
        while len(self._known) > MOST:
            del self._known[min(self._known, key=lambda key: self._known[key].opened)]

    def write(self) -> None:
        """Write the file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as partial:
                partial.write_text(json.dumps({key: _plain(one) for key, one in self._known.items()}), "utf-8")
        except OSError:
            return  # pictures only; the next start shows names


def _plain(one: Thumbnail) -> dict[str, Any]:
    curve = one.curve
    return {
        "x": curve.x,
        "y": curve.y,
        "severity": curve.severity.value if curve.severity is not None else None,
        "span": (curve.start, curve.end),
        "kinds": [kind.value for kind in one.kinds],
        "opened": one.opened,
        "runs": one.runs,
    }


def _from_plain(kept: Mapping[str, Any]) -> Thumbnail:
    severity = Severity(kept["severity"]) if kept["severity"] else None
    y = tuple(None if value is None else float(value) for value in kept["y"])
    start, end = map(float, kept["span"])
    curve = SmallCurve(tuple(map(float, kept["x"])), y, severity, start, end)
    return Thumbnail(curve, tuple(map(EventKind, kept["kinds"])), float(kept["opened"]), int(kept["runs"]))
