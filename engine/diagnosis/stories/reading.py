"""Access to a run's numbers for the answers of its story."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.diagnosis.places import place
from engine.events import Event, EventKind
from engine.i18n import number
from engine.run import Run, Value
from engine.table import Floats, Series

EMPTY = Series(np.empty(0, np.int64), np.empty(0))


class Reading:
    """The columns, events and current settings of a run.

    Attributes
    ----------
    used : dict
        The columns used that had values, in order: the sources of an answer.
    """

    def __init__(self, run: Run, events: Sequence[Event]) -> None:
        self.run = run
        self.used: dict[str, None] = {}
        self.events = sorted((e for e in events if e.is_listed), key=lambda e: e.start)

    def of(self, *kinds: EventKind) -> list[Event]:
        """The events of these kinds, by row."""
        return [e for e in self.events if e.kind in kinds]

    def first(self, *kinds: EventKind) -> Event | None:
        return next(iter(self.of(*kinds)), None)

    def setting(self, key: str) -> Value:
        """The current value of a setting; None if the scenario has none."""
        return self.run.settings_at().get(key)

    def series(self, column: str, first: int = 0, last: int | None = None) -> Series:
        """Finite values of a column in the rows ``first`` to ``last`` inclusive; empty if not measured."""
        if column not in self.run.table:
            return EMPTY
        found = self.run.table.series(column, max(first, 0), None if last is None else last + 1)
        is_finite = np.isfinite(found.values)
        if is_finite.any():
            self.used[column] = None
        return Series(found.rows[is_finite], found.values[is_finite])

    def values(self, column: str, first: int = 0, last: int | None = None) -> Floats:
        return self.series(column, first, last).values

    def level(self, column: str, first: int = 0, last: int | None = None) -> float | None:
        """Median of a column in a range of rows; None without values."""
        values = self.values(column, first, last)
        return float(np.median(values)) if len(values) else None

    def peak(self, column: str, first: int = 0, last: int | None = None) -> float | None:
        values = self.values(column, first, last)
        return float(values.max()) if len(values) else None

    def end(self, column: str) -> float | None:
        """Median of the last fiftieth of a column."""
        values = self.values(column)
        return float(np.median(values[-max(1, len(values) // 50) :])) if len(values) else None

    def columns(self, prefix: str) -> list[str]:
        """The columns of a family with one per layer, in the order of the layers."""
        return [name for name in self.run.table.columns if name.startswith(prefix + "/")]

    def where(self, row: int) -> str:
        return place(self.run, row)

    def __len__(self) -> int:
        return len(self.run.table)


def value_or_dash(value: float | None, digits: int = 3) -> str:
    """Format a number; a dash for None."""
    return "–" if value is None else number(value, digits)


def percent(share: float | None) -> str:
    """A share in percent without the percent sign."""
    return "–" if share is None else number(round(100 * share))
