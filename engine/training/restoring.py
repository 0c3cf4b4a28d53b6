"""Restores rows and changes of the original run in a resumed one."""

from __future__ import annotations

import numpy as np

from engine.run import Run
from engine.table import Floats, MetricTable, Sparse
from engine.training.knobs import Knobs


def continue_run(run: Run, knobs: Knobs, before: Run, step: int) -> None:
    """Make a new run continue the one that its checkpoint was taken from.

    Turns after the checkpoint become due again. Checkpoints of earlier versions have what was turned before the next
    step in their settings already.
    """
    run.id, run.name, run.settings = before.id, before.name, dict(before.settings)
    rows = int(np.searchsorted(before.table.values("step"), step, "right"))
    prepend(run.table, before.table, rows)
    run.changes.extend(c for c in before.changes if c.row < rows or (c.row == rows and knobs.values[c.key] == c.after))
    for turned_at, turned in before.turns().items():
        later = {key: value for key, value in turned.items() if key not in knobs.pending}
        if turned_at > step and later:
            knobs.injections.setdefault(turned_at, {}).update(later)


def prepend(table: MetricTable, old: MetricTable, rows: int) -> None:
    """Copy the first `rows` rows of a table into an empty one."""
    if not rows:
        return
    chunk: dict[str, Floats | Sparse] = {}
    for name in old.columns:
        series = old.series(name, 0, rows)
        chunk[name] = series.values.copy() if len(series) == rows else Sparse(series.rows, series.values)
    table.extend(chunk, rows)
