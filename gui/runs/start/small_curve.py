"""A small curve with its event, from a recorded demo or a run; free of Qt."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from engine.events import EventKind, Severity
from engine.resources import resource
from engine.run import Run
from gui.runs.document import Shown
from gui.runs.table.facts import DECADES, facts_of, severity_of

Values = tuple[float | None, ...]


@dataclass(frozen=True)
class SmallCurve:
    """Points from 0 to 1 to either side, None where there is no finite value.

    Attributes
    ----------
    start, end : float
        Share of the run at which its gravest event starts and ends; equal without one.
    """

    x: tuple[float, ...] = ()
    y: Values = ()
    severity: Severity | None = None
    start: float = 0.0
    end: float = 0.0


def recorded(name: str) -> SmallCurve:
    """The curve of a demo as it was recorded; empty if it was not."""
    return curve_in(resource("demos") / f"{name}.json")[0]


@cache
def curve_in(path: Path) -> tuple[SmallCurve, tuple[EventKind, ...]]:
    """A recorded curve, and the kind of its event; empty where there is no record."""
    if not path.exists():
        return SmallCurve(), ()
    record = json.loads(path.read_text("utf-8"))
    event = record["event"]
    told = (Severity(event["severity"]), event["start"], event["end"]) if event else (None, 0.0, 0.0)
    return SmallCurve(tuple(record["x"]), scaled(record["y"]), *told), (EventKind(event["kind"]),) if event else ()


def scaled(values: Sequence[float | None]) -> Values:
    """Values from 0 to 1, logarithmic where they are positive over many decades.

    Examples
    --------
    >>> scaled([1.0, None, 3.0, 2.0]), scaled([2.0, 2.0])
    ((0.0, None, 1.0, 0.5), (0.5, 0.5))
    """
    known = [value for value in values if value is not None]
    if not known:
        return tuple(values)
    low, high = min(known), max(known)
    if low > 0 and math.log10(high / low) > DECADES:
        return scaled([None if value is None else math.log10(value) for value in values])
    if low == high:
        return tuple(None if value is None else 0.5 for value in values)
    return tuple(None if value is None else (value - low) / (high - low) for value in values)


def of_run(run: Run) -> SmallCurve:
    """The curve of a run, without events."""
    spark = facts_of(run).spark
    x = np.repeat((np.arange(len(spark)) + 0.5) / max(len(spark), 1), 2)
    y = [round(float(value), 3) if np.isfinite(value) else None for value in spark[:, ::-1].ravel()]
    return SmallCurve(tuple(round(float(value), 4) for value in x), tuple(y))


def of_shown(shown: Shown) -> SmallCurve:
    """The curve of an open run with its gravest event."""
    curve, severity = of_run(shown.run), severity_of(shown)
    if severity is None:
        return curve
    event = next(event for event in shown.listed if event.severity is severity)
    rows = max(len(shown.run.table) - 1, 1)
    return SmallCurve(curve.x, curve.y, severity, min(event.start / rows, 1.0), min(event.end / rows, 1.0))
