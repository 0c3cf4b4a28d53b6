"""Runs and events for the tests of the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.events import Event, EventKind, Severity
from engine.run import Change, Origin, OriginKind, Run, Value
from engine.series import LossSeries
from engine.table import MetricTable


def make_run(
    loss: np.ndarray | None = None,
    settings: Mapping[str, Value] | None = None,
    changes: list[Change] | None = None,
    **columns: np.ndarray,
) -> Run:
    """A run of 200 steps whose loss falls from 1 by default."""
    loss = np.linspace(1.0, 0.1, 200) if loss is None else np.asarray(loss, float)
    table = MetricTable()
    table.extend({"step": np.arange(1.0, len(loss) + 1), "loss": loss, **columns})
    origin = Origin(OriginKind.TRAINING, scenario="demo", seed=0) if settings else Origin(OriginKind.LOG)
    return Run("demo", table, (LossSeries("loss"),), origin, "step", settings or {}, changes or [])


def make_event(kind: EventKind, start: int = 100, end: int = 150, id: str = "", **evidence: float) -> Event:
    """A warning on the column ``loss``."""
    id = id or f"loss/{kind}/0"
    return Event(id, kind, "loss", start, end, end, Severity.WARNING, 0.9, evidence)  # type: ignore[arg-type]
