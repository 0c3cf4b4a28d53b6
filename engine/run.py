"""A run: a table of numbers, what it was set to, what was changed when, and where it came from."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from engine.events import Mark, MarkKind
from engine.run_warnings import RunWarning
from engine.series import LossSeries
from engine.table import MetricTable

Value = float | int | str | bool | None
LEAST_POINTS = 2  # of a loss that is looked at


class OriginKind(StrEnum):
    """A loaded log and a live training are the same thing; this tells where the numbers came from."""

    LOG = "log"
    TRAINING = "training"


@dataclass(frozen=True)
class Origin:
    """Where a run came from: a file and the format it was read as, or a scenario, its seed and what computed it."""

    kind: OriginKind
    path: Path | None = None
    format: str | None = None
    scenario: str | None = None
    seed: int | None = None
    device: str = "cpu"


@dataclass(frozen=True)
class Change:
    """A setting turned while the run was training: `row` is the first table row trained with `after`."""

    step: int
    row: int
    key: str
    before: Value
    after: Value


def settings_after(
    settings: Mapping[str, Value], changes: Iterable[Change], step: float | None = None
) -> dict[str, Value]:
    """What settings have become with the changes that took effect with `step` or before it, or with all of them."""
    turned = {change.key: change.after for change in changes if step is None or change.step <= step}
    return {**settings, **turned}


class Restarts:
    """The rows at which a column that should grow goes back: a resumed run, the next fold, another run appended.

    It remembers what it has looked at, since a run that grows is asked for its marks with every frame.
    """

    def __init__(self) -> None:
        # Replaced as a whole: two threads that ask at once do the same work and find the same.
        self._seen: tuple[str | None, int, float, tuple[Mark, ...]] = (None, 0, np.nan, ())

    def marks(self, table: MetricTable, column: str | None) -> tuple[Mark, ...]:
        """Those in the published rows."""
        if column is None or column not in table:
            return ()
        seen, stop = self._seen, len(table)
        if seen[0] != column or seen[1] > stop:
            seen = (column, 0, np.nan, ())
        _column, start, last, found = seen
        values = table.values(column, start, stop)
        if len(values):
            back = np.flatnonzero(values[1:] < values[:-1]) + 1
            if values[0] < last:
                back = np.concatenate([[0], back])
            if len(back):
                rows = table.series(column, start, stop).rows[back]
                found += tuple(Mark(MarkKind.RESTART, int(row)) for row in rows)
            last = float(values[-1])
        self._seen = column, stop, last, found
        return found


@dataclass
class Run:
    """The document that views draw and detectors read.

    Attributes
    ----------
    name : str
        What a person calls it; a file's name or the scenario's with its seed.
    table : MetricTable
    series : tuple of LossSeries
        The loss columns that the detectors look at.
    x : str or None
        The column that positions are given in; None for the row number.
    settings : mapping
        The settings at the start; `changes` tells what was turned later.
    restart_rows : tuple of int
        Table rows at which the detectors saw a restart, although x goes on (`Watch.begun`).
    names : mapping of str to str
        What a file calls a column that has one of the program's own names here: ``{"step": "iteration"}``.
    """

    name: str
    table: MetricTable
    series: tuple[LossSeries, ...]
    origin: Origin
    x: str | None = None
    settings: Mapping[str, Value] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    warnings: list[RunWarning] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    restart_rows: tuple[int, ...] = field(default=(), init=False, compare=False)
    _restarts: Restarts = field(default_factory=Restarts, init=False, repr=False, compare=False)

    @property
    def clock(self) -> str | None:
        """The column that only grows within one run: where it goes back, another run begins."""
        return next((name for name in ("step", "epoch") if name in self.table), self.x)

    def usable_series(self) -> tuple[LossSeries, ...]:
        """The loss series that have enough points to say anything."""
        return tuple(series for series in self.series if self.table.count(series.name) >= LEAST_POINTS)

    def restarts(self) -> tuple[Mark, ...]:
        """Where the steps start again."""
        return self._restarts.marks(self.table, self.clock)

    def marks(self) -> list[Mark]:
        """Turned knobs, and restarts of the x column or, where that only grows, of the loss, in order of their rows."""
        found = [Mark(MarkKind.KNOB, change.row) for change in self.changes]
        back = self.restarts()
        if not back and self.origin.kind is OriginKind.LOG:
            back = tuple(Mark(MarkKind.RESTART, row) for row in self.restart_rows)
        found += back
        return sorted(found, key=lambda mark: mark.row)

    def settings_at(self, step: float | None = None) -> dict[str, Value]:
        """The settings that a step was trained with; without one, those that the next step will be trained with."""
        return settings_after(self.settings, self.changes, step)

    def turns(self) -> dict[int, dict[str, Value]]:
        """What was turned, by the first step trained with it: what a new session takes to train the same."""
        turns: dict[int, dict[str, Value]] = {}
        for change in self.changes:
            turns.setdefault(change.step, {})[change.key] = change.after
        return turns

    def x_at(self, row: int) -> float:
        """The x of a table row, or of the last row before it that has one; the row number when x is None."""
        if self.x is None:
            return float(row)
        stop = min(row + 1, len(self.table))
        x = self.table.series(self.x, max(0, stop - 1), stop)
        if not len(x):
            x = self.table.series(self.x, 0, stop)
        return float(x.values[-1]) if len(x) else float(row)
