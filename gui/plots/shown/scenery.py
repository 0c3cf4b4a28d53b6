"""What is drawn behind the curves: events, marks, notes and epoch lines over x; free of Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.events import Event, EventKind, EventState, MarkKind, Severity
from engine.i18n import _
from engine.run import Change, Run
from engine.table import Floats
from engine.tasks.wording import change_texts, setting_title
from gui.plots.curves.run_lines import RunLines
from gui.plots.shown.picture import Marking

LONGEST_NOTE = 60
DRAG_SHARE, DRAG_ROWS = 0.01, 3
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


@dataclass(frozen=True, eq=False)
class ForkCurve:
    """Forks of a run over its steps, with NaN between two of them, in a colour."""

    steps: Floats
    losses: Floats
    colour: str


@dataclass(frozen=True)
class MarkLine:
    """A restart, a gap, a turned knob or (kind None) a note at x, with its text."""

    kind: MarkKind | None
    x: float
    text: str


@dataclass(frozen=True)
class MarkedBand:
    """What the person has marked, over x."""

    marking: Marking
    left: float
    right: float


@dataclass(frozen=True)
class Scenery:
    """All that is drawn behind the curves of every pane."""

    bands: Sequence[Band] = ()
    marks: Sequence[MarkLine] = ()
    epochs: Floats | None = None
    selected: str = ""
    hovered: str = ""
    peaks: Sequence[Peak] = ()
    marked: Sequence[MarkedBand] = ()
    doubtful: Sequence[float] = ()


def bands(lines: RunLines, events: Sequence[Event]) -> list[Band]:
    """The events of a run as ranges of its x."""
    found = []
    for event in events:
        if event.is_listed:
            ends = lines.abscissa.at(np.array([event.start, event.end]))
            found.append(Band(event, float(ends.min()), float(ends.max())))
    return found


def marked_bands(lines: RunLines, markings: Sequence[Marking]) -> list[MarkedBand]:
    """What the person has marked as ranges of x."""
    last = len(lines.abscissa) - 1  # a log that was written anew may be shorter
    ends = (lines.abscissa.at(np.minimum([marking.start, marking.end], last)) for marking in markings)
    return [MarkedBand(marking, float(x.min()), float(x.max())) for marking, x in zip(markings, ends, strict=True)]


def peaks(lines: RunLines, events: Sequence[Event], known: Sequence[Peak] = ()) -> list[Peak]:
    """The highest finite value of each rising event; `known` are those found before, of events that did not change."""
    before = {peak.event_id: peak for peak in known}
    found = (
        _risen(
            lines,
            event,
            before.get(_key(lines, event)) or _peak(lines, event, event.start, min(event.end + 1, len(lines.abscissa))),
        )
        for event in events
        if event.is_listed and event.kind in RISING
    )
    return [peak for peak in found if peak is not None]


def _key(lines: RunLines, event: Event) -> str:
    """What a peak was found in: an event may be said before the lines have read all of its rows."""
    return f"{event.id} {event.state} {event.start} {min(event.end + 1, len(lines.abscissa))}"


def _risen(lines: RunLines, event: Event, peak: Peak | None) -> Peak | None:
    """The peak, or a higher one in rows that no detector has read yet where the event goes on."""
    if event.state is not EventState.OPEN or event.end + 1 >= len(lines.abscissa):
        return peak
    later = _peak(lines, event, event.end + 1, len(lines.abscissa))
    return later if later is not None and (peak is None or later.value > peak.value) else peak


def _peak(lines: RunLines, event: Event, first: int, stop: int) -> Peak | None:
    table = lines.run.table
    if event.series not in table:
        return None
    series = table.series(event.series, first, stop)
    values = np.where(np.isfinite(series.values), series.values, -np.inf)
    if not len(values) or not np.isfinite(values.max()):
        return None
    at = int(np.argmax(values))
    return Peak(
        _key(lines, event),
        event.series,
        float(lines.abscissa.at(series.rows[at : at + 1])[0]),
        float(values[at]),
        event.severity,
        event.kind is not EventKind.DIVERGED,
    )


def mark_lines(run: Run, lines: RunLines) -> list[MarkLine]:
    """The marks of a run over its x, with their texts; the turns of one drag share a mark."""
    strokes = {stroke.row: stroke for stroke in strokes_of(run.changes, len(run.table))}
    marks = [mark for mark in run.marks() if mark.kind is not MarkKind.KNOB or mark.row in strokes]
    marks = list({(mark.kind, mark.row): mark for mark in marks}.values())
    at = lines.abscissa.at(np.array([mark.row for mark in marks], np.int64))
    return [MarkLine(m.kind, float(x), _mark_text(m.kind, strokes.get(m.row))) for m, x in zip(marks, at)]


def strokes_of(changes: Sequence[Change], rows: int) -> list[Change]:
    """The changes of a run of `rows` rows, those of one drag of a knob as one, from its first value to its last.

    A drag is a chain of turns of one knob, each from where the last one ended, with no more than a hundredth of the
    run between them.
    """
    found: list[tuple[Change, int]] = []  # with the row of its last turn
    for change in changes:
        before, last = found[-1] if found else (None, 0)
        is_chained = before is not None and (before.key, before.after) == (change.key, change.before)
        if before is not None and is_chained and change.row - last <= max(DRAG_SHARE * rows, DRAG_ROWS):
            found[-1] = replace(before, after=change.after), change.row
        else:
            found.append((change, change.row))
    return [stroke for stroke, _last in found]


def note_lines(lines: RunLines, notes: Mapping[int, str]) -> list[MarkLine]:
    """Notes, row to text, as marks over x with their first line."""
    at = lines.abscissa.at(np.array(list(notes), np.int64))
    texts = (text.strip().splitlines()[0] if text.strip() else "" for text in notes.values())
    return [MarkLine(None, float(x), text[:LONGEST_NOTE]) for text, x in zip(texts, at)]


def _mark_text(kind: MarkKind, change: Change | None) -> str:
    if kind is MarkKind.KNOB and change is not None:
        before, after = change_texts(change.before, change.after)
        return f"{setting_title(change.key)} {before} → {after}"
    return {MarkKind.RESTART: _("restart"), MarkKind.GAP: _("gap"), MarkKind.KNOB: _("setting changed")}[kind]
