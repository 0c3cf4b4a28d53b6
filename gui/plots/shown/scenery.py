"""What is drawn behind the curves: events, marks, notes and epoch lines over x; free of Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.events import Event, EventKind, MarkKind, Severity
from engine.i18n import _, number
from engine.run import Change, Run
from engine.table import Floats
from gui.plots.curves.run_lines import RunLines

LONGEST_NOTE = 60
RISING = {
    EventKind.SPIKE,
    EventKind.OVERSHOOT,
    EventKind.LATE_RISE,
    EventKind.EPOCH_BOUNDARY,
    EventKind.DIVERGED,
}


@dataclass(frozen=True)
class Band:
    """An event over x."""

    event: Event
    left: float
    right: float

    @property
    def severity(self) -> Severity:
        return self.event.severity


@dataclass(frozen=True)
class Peak:
    """The highest value of an event, drawn in full."""

    event_id: str
    column: str
    x: float
    value: float
    severity: Severity
    fits: bool = True  # whether the axis extends to it; that of a divergence would hide all others


@dataclass(frozen=True)
class MarkLine:
    """A restart, a gap, a turned knob or (kind None) a note at x, with its text."""

    kind: MarkKind | None
    x: float
    text: str


@dataclass(frozen=True)
class Scenery:
    """All that is drawn behind the curves of every pane."""

    bands: Sequence[Band] = ()
    marks: Sequence[MarkLine] = ()
    epochs: Floats | None = None
    selected: str = ""
    hovered: str = ""
    peaks: Sequence[Peak] = ()


def bands(lines: RunLines, events: Sequence[Event]) -> list[Band]:
    """The events of a run as ranges of its x."""
    found = []
    for event in events:
        if event.is_listed:
            ends = lines.abscissa.at(np.array([event.start, event.end]))
            found.append(Band(event, float(ends.min()), float(ends.max())))
    return found


def peaks(lines: RunLines, events: Sequence[Event], known: Sequence[Peak] = ()) -> list[Peak]:
    """The highest finite value of each rising event; `known` are those found before, of events that did not change."""
    before = {peak.event_id: peak for peak in known}
    found = (
        before.get(f"{event.id} {event.start} {event.end}") or _peak(lines, event)
        for event in events
        if event.is_listed and event.kind in RISING
    )
    return [peak for peak in found if peak is not None]


def _peak(lines: RunLines, event: Event) -> Peak | None:
    table = lines.run.table
    if event.series not in table:
        return None
    series = table.series(event.series, event.start, min(event.end + 1, len(lines.abscissa)))
    values = np.where(np.isfinite(series.values), series.values, -np.inf)
    if not len(values) or not np.isfinite(values.max()):
        return None
    at = int(np.argmax(values))
    return Peak(
        f"{event.id} {event.start} {event.end}",
        event.series,
        float(lines.abscissa.at(series.rows[at : at + 1])[0]),
        float(values[at]),
        event.severity,
        event.kind is not EventKind.DIVERGED,
    )


def mark_lines(run: Run, lines: RunLines) -> list[MarkLine]:
    """The marks of a run over its x, with their texts."""
    changes = {change.row: change for change in run.changes}
    marks = run.marks()
    at = lines.abscissa.at(np.array([mark.row for mark in marks], np.int64))
    return [MarkLine(m.kind, float(x), _mark_text(m.kind, changes.get(m.row))) for m, x in zip(marks, at)]


def note_lines(lines: RunLines, notes: Mapping[int, str]) -> list[MarkLine]:
    """Notes, row to text, as marks over x with their first line."""
    at = lines.abscissa.at(np.array(list(notes), np.int64))
    texts = (text.strip().splitlines()[0] if text.strip() else "" for text in notes.values())
    return [MarkLine(None, float(x), text[:LONGEST_NOTE]) for text, x in zip(texts, at)]


def _mark_text(kind: MarkKind, change: Change | None) -> str:
    if kind is MarkKind.KNOB and change is not None:
        return f"{change.key} {_setting(change.before)} → {_setting(change.after)}"
    return {MarkKind.RESTART: _("restart"), MarkKind.GAP: _("gap"), MarkKind.KNOB: _("setting changed")}[kind]


def _setting(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    return number(float(value)) if isinstance(value, int | float) else str(value)
