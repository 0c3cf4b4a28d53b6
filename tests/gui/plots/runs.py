"""Runs in closed form for the tests of the plots."""

from __future__ import annotations

import numpy as np

from engine.events import Event, EventKind, Severity
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import Floats, MetricTable


def run_of(name: str = "run", x: str | None = "step", **columns: Floats) -> Run:
    """A run with these columns; those with "loss" in their name are its series."""
    table = MetricTable()
    rows = len(next(iter(columns.values())))
    table.extend({"step": np.arange(1.0, rows + 1), **columns}, rows=rows)
    series = pair([column for column in columns if "loss" in column])
    return Run(name, table, series, Origin(OriginKind.LOG), x=x)


def falling(rows: int = 400) -> Floats:
    """A loss that falls from 2 towards 0.1 with a small ripple."""
    at = np.arange(rows)
    return 0.1 + 1.9 * np.exp(-at / (rows / 5)) + 0.02 * np.sin(at)


def event(event_id: str, start: int, end: int, severity: Severity = Severity.WARNING) -> Event:
    """An event on the loss."""
    return Event(event_id, EventKind.SPIKE, "loss", start, end, end, severity, 0.9)
