"""Words for x: the name under the axis and the value under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.events import Event, MarkKind
from engine.i18n import _, number
from engine.run import Change, Run
from gui.plots.curves.run_lines import RunLines
from gui.plots.items.backdrop import Band, MarkLine

LONGEST_NOTE = 60


def x_name(x: str, in_millions: bool = False, is_aligned: bool = False) -> str:
    """What stands under the axis.

    Examples
    --------
    >>> x_name("step"), x_name("time"), x_name("row", in_millions=True)
    ('step', 'time (s)', 'row (millions)')
    """
    name = {"step": _("step"), "epoch": _("epoch"), "time": _("time"), "row": _("row")}.get(x, x)
    if is_aligned:
        return _("{name}, counted from the chosen place").format(name=name)
    if in_millions:
        return _("{name} (millions)").format(name=name)
    return _("{name} (s)").format(name=name) if x == "time" else name


def x_text(x: float, step: float) -> str:
    """An x as exact as the view can tell; in full, since a person looks for this step."""
    if abs(x - round(x)) < 1e-9 and abs(x) < 1e15:
        return f"{round(x):,}".replace(",", "\u2009").replace("-", "−")
    digits = 6 if step <= 0 else 7
    return number(x, digits)


def bands(lines: RunLines, events: Sequence[Event]) -> list[Band]:
    """Where the events of a run lie over its x."""
    found = []
    for event in events:
        if event.is_listed:
            ends = lines.abscissa.at(np.array([event.start, event.end]))
            found.append(Band(event, float(ends.min()), float(ends.max())))
    return found


def mark_lines(run: Run, lines: RunLines) -> list[MarkLine]:
    """Where the marks of a run lie over its x, and what is written there."""
    changes = {change.row: change for change in run.changes}
    marks = run.marks()
    at = lines.abscissa.at(np.array([mark.row for mark in marks], np.int64))
    return [MarkLine(m.kind, float(x), _mark_text(m.kind, changes.get(m.row))) for m, x in zip(marks, at)]


def note_lines(lines: RunLines, notes: Mapping[int, str]) -> list[MarkLine]:
    """Where a person's notes, row to text, lie over x; only their first line is written."""
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
