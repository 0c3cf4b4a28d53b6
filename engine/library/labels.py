"""What a person says of the events of a kept run: "not an event", and events that were missed, marked by hand.

They stay in the library; nothing leaves the machine by itself. `export` writes them as a labelled set, on which
``python -m tools.judging`` measures and fits.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.events import Event, EventKind
from engine.library.store import Library
from engine.replacing import replacing
from engine.run import Run

LABEL, REFUTED = "label", "refuted"  # kinds of the library's items
LABEL_COLUMNS = ("id", "column", "kind", "start_x", "end_x", "confidence", "note")


@dataclass(frozen=True)
class Label:
    """An event that a person has marked; `start` and `end` are table rows, inclusive.

    Raises
    ------
    ValueError
        If it ends before it starts.
    """

    series: str
    kind: EventKind
    start: int
    end: int
    note: str = ""

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a label from row {self.start} to row {self.end}; it must not end before it starts")


@dataclass(frozen=True)
class Refusal:
    """An event that a person calls none, by its id and by what it was: other detectors may number it otherwise."""

    id: str
    series: str
    kind: EventKind
    start: int
    end: int

    @staticmethod
    def of(event: Event) -> Refusal:
        return Refusal(event.id, event.series, event.kind, event.start, event.end)

    def means(self, event: Event) -> bool:
        """Whether an event is the one that was refused: of its kind and series, and at its place."""
        is_over = event.start <= self.end and self.start <= event.end
        is_there = event.start == self.start or (event.id == self.id and is_over)
        return is_there and (event.kind, event.series) == (self.kind, self.series)


def mark(library: Library, run_id: str, label: Label) -> None:
    """Keep an event that a person has marked; a second one of the same series, kind and start replaces the first.

    Raises
    ------
    LibraryError
        If the library has no such run.
    """
    keep_marks(library, run_id, [*(other for other in marked(library, run_id) if _key(other) != _key(label)), label])


def unmark(library: Library, run_id: str, label: Label) -> None:
    """Forget a marked event."""
    keep_marks(library, run_id, [other for other in marked(library, run_id) if _key(other) != _key(label)])


def keep_marks(library: Library, run_id: str, labels: Iterable[Label]) -> None:
    """Replace all that a person has marked in a run."""
    texts = {_key(label): json.dumps(asdict(label)) for label in labels}
    library.put_items(run_id, LABEL, _of_unknown_kinds(library, run_id, LABEL) | texts)


def refute(library: Library, run_id: str, event: Event) -> None:
    """Keep that an event is none in a person's eyes."""
    keep_refusals(library, run_id, {*refusals(library, run_id), Refusal.of(event)})


def accept(library: Library, run_id: str, event_id: str) -> None:
    """Undo `refute`."""
    keep_refusals(library, run_id, [one for one in refusals(library, run_id) if one.id != event_id])


def keep_refusals(library: Library, run_id: str, refused: Iterable[Refusal]) -> None:
    """Replace all that a person has called no event in a run."""
    found = {one.id: {key: value for key, value in asdict(one).items() if key != "id"} for one in refused}
    texts = {key: json.dumps(content) for key, content in found.items()}
    library.put_items(run_id, REFUTED, _of_unknown_kinds(library, run_id, REFUTED) | texts)


def marked(library: Library, run_id: str) -> tuple[Label, ...]:
    """The events that a person has marked, by series and start, but for kinds that this program does not know."""
    labels = (label_of(text) for text in library.items(run_id, LABEL).values() if _is_known(text))
    return tuple(sorted(labels, key=lambda label: (label.series, label.start, label.kind)))


def refusals(library: Library, run_id: str) -> tuple[Refusal, ...]:
    """The events that a person has called none, but for kinds that this program does not know."""
    return tuple(refusal_of(key, text) for key, text in library.items(run_id, REFUTED).items() if _is_known(text))


def _is_known(text: str) -> bool:
    return any(kind.value == json.loads(text)["kind"] for kind in _kinds())


def _kinds() -> Iterable[EventKind]:
    from engine.detectors.claims.kind import all_kinds  # a plug-in may have declared one

    all_kinds()
    return EventKind


def _of_unknown_kinds(library: Library, run_id: str, kind: str) -> dict[str, str]:
    """What another version has stored, and is kept as it is."""
    return {key: text for key, text in library.items(run_id, kind).items() if not _is_known(text)}


def label_of(text: str) -> Label:
    """A label as it is stored.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it is none.
    """
    content = json.loads(text)
    return Label(**{**content, "kind": EventKind(content["kind"]), **_rows(content)})


def refusal_of(event_id: str, text: str) -> Refusal:
    """A refusal as it is stored under the id of its event; raises as `label_of` does."""
    content = json.loads(text)
    return Refusal(event_id, **{**content, "kind": EventKind(content["kind"]), **_rows(content)})


def _rows(content: Mapping[str, Any]) -> dict[str, int]:
    rows = {name: int(content[name]) for name in ("start", "end")}
    if min(rows.values()) < 0:
        raise ValueError(f"rows {rows['start']} to {rows['end']}; they must not be negative")
    return rows


def _key(label: Label) -> str:
    return f"{label.series}/{label.kind}/{label.start}"


def export(library: Library, folder: Path) -> int:
    """Write the series that a person has said something of, and what was said; return their number.

    The folder gets ``series/ID__COLUMN.csv`` (``step,loss``), ``labels.csv`` and ``manifest.csv``, whose owner is the
    run, so that no run is on both sides of a fold. A marked event is sure; one that was reported and not refuted is
    unsure, and counts for nothing; a series whose every event was refuted, and in which nothing was marked, is likely
    healthy.

    Raises
    ------
    LibraryError
        If a run cannot be read.
    OSError
        If the folder cannot be written.
    """
    (folder / "series").mkdir(parents=True, exist_ok=True)
    rows: list[tuple[object, ...]] = []
    owners: list[tuple[str, str, str]] = []
    for entry in reversed(library.entries()):
        labels, refused = marked(library, entry.id), refusals(library, entry.id)
        names = sorted({label.series for label in labels} | {one.series for one in refused})
        if not names:
            continue
        run, events = library.load(entry.id)
        for name in [name for name in names if name in run.table]:
            there = [label for label in labels if label.series == name and label.end < len(run.table)]
            if not there and all(one.series != name for one in refused):
                continue  # a log that was written anew may be shorter than what was marked in it
            number = f"{len(owners) + 1:03}"
            owners.append((number, f"run-{entry.id}/log", name))
            _write_series(folder / "series" / f"{number}__{re.sub(r'[^A-Za-z0-9]+', '_', name)}.csv", run, name)
            own = [event for event in events if event.series == name and event.is_listed]
            rows += _label_rows(run, number, name, there, own, refused)
    _write(folder / "labels.csv", LABEL_COLUMNS, rows)
    _write(folder / "manifest.csv", ("id", "owner/repo", "path"), owners)
    return len(owners)


def _label_rows(
    run: Run, number: str, name: str, labels: Sequence[Label], events: Sequence[Event], refused: Sequence[Refusal]
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (number, name, label.kind.value, run.x_at(label.start), run.x_at(label.end), "sure", label.note)
        for label in labels
    ]
    rows += [
        (number, name, event.kind.value, run.x_at(event.start), run.x_at(event.end), "unsure", "")
        for event in events
        if not any(one.means(event) for one in refused)
    ]
    return rows or [(number, name, "healthy", "", "", "likely", "")]


def _write_series(path: Path, run: Run, name: str) -> None:
    points = run.table.series(name)
    pairs = zip(points.rows.tolist(), points.values.tolist(), strict=True)
    _write(path, ("step", "loss"), ((run.x_at(row), value) for row, value in pairs))


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with replacing(path) as target, target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
