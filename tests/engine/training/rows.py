"""Tables of short runs, to compare bit for bit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.table import Floats, MetricTable, Rows
from engine.training.session import TrainingSession

Cells = dict[str, tuple[Rows, Floats]]


def trained(scenario: str, steps: int, **arguments) -> TrainingSession:
    """A session after so many steps, or at its end."""
    session = TrainingSession(scenario, max_steps=steps, **arguments)
    for _row in session:
        pass
    return session


def cells(table: MetricTable, from_row: int = 0) -> Cells:
    """Every cell but the time, in rows that count from `from_row`."""
    found = {}
    for name in table.columns:
        series = table.series(name, from_row)
        if name != "time" and len(series):
            found[name] = (series.rows - from_row, series.values)
    return found


def assert_equal(one: Mapping, other: Mapping) -> None:
    """Equal to the last bit, NaN included."""
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name][0], other[name][0], err_msg=name)
        np.testing.assert_array_equal(one[name][1], other[name][1], err_msg=name)
