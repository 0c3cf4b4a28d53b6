"""A run: its table, settings, changes and origin."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from engine.events import Mark, MarkKind
from engine.run_warnings import RunWarning, WarningKind
from engine.series import LossSeries
from engine.table import MetricTable

Value = float | int | str | bool | None
PERSON = "person"  # the source of a setting that was told by hand
LEAST_POINTS = 2  # of a loss that detectors read


OWN_FORMAT = "overshoot_run"


class OriginKind(StrEnum):
    """Origin of a run's numbers."""

    LOG = "log"
    TRAINING = "training"


@dataclass(frozen=True)
class Origin:
    """Origin of a run: a file and its format, or a scenario with seed and device."""

    kind: OriginKind
    path: Path | None = None
    format: str | None = None
    scenario: str | None = None
    seed: int | None = None
    device: str = "cpu"

    @property
    def is_own(self) -> bool:
        """Whether it is a watched or brought training, whose file says how to run it again."""
        return self.format == OWN_FORMAT and self.path is not None

    @property
    def can_repeat(self) -> bool:
        """Whether the training behind the numbers can be run again."""
        return self.kind is OriginKind.TRAINING or self.is_own


@dataclass(frozen=True)
class Change:
    """A setting turned during the run: `row` is the first table row trained with `after`."""

    step: int
    row: int
    key: str
    before: Value
    after: Value


def settings_after(
    settings: Mapping[str, Value], changes: Iterable[Change], step: float | None = None
) -> dict[str, Value]:
    """Settings after the changes up to and including `step`, or after all changes."""
    turned = {change.key: change.after for change in changes if step is None or change.step <= step}
    return {**settings, **turned}


class Restarts:
    """Finds the rows at which a column that should increase decreases: a resumed run, a new fold, an appended run.

    It caches what it has read, since the marks of a growing run are needed in every frame.
    """

    def __init__(self) -> None:
        # Replaced as a whole, so that two threads may call it at once and get the same result.
        self._seen: tuple[str | None, int, float, tuple[Mark, ...]] = (None, 0, np.nan, ())

    def marks(self, table: MetricTable, column: str | None) -> tuple[Mark, ...]:
        """The restarts in the published rows."""
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
    """A run as drawn by views and read by detectors.

    Attributes
    ----------
    name : str
        Display name: a file's name, or the scenario's with its seed.
    table : MetricTable
    series : tuple of LossSeries
        The loss columns that the detectors read.
    x : str or None
        The x column; None for the row number.
    settings : mapping
        The initial settings; `changes` has later turns.
    restart_rows : tuple of int
        Table rows at which the detectors saw a restart, although x goes on (`Watch.restarts`).
    names : mapping of str to str
        Names in the file of columns with one of the program's own names: ``{"step": "iteration"}``.
    setting_sources : mapping of str to str
        Where a setting of a log is from: a file's name, ``log``, or ``person`` for what was told by hand.
    stamp : tuple of int or None
        The file's size in bytes and its time in ns before it was read, from which its growth is told.
    ending : str or None
        What ended a training: empty if it ended as usual or was a demo, None while it goes on or nothing is known.
    in_percent : frozenset of str
        Accuracies that the log has in percent, and the table as fractions.
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
    setting_sources: Mapping[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    restart_rows: tuple[int, ...] = field(default=(), init=False, compare=False)
    stamp: tuple[int, int] | None = field(default=None, init=False, compare=False)
    ending: str | None = field(default=None, init=False, compare=False)
    in_percent: frozenset[str] = field(default=frozenset(), init=False, compare=False)
    _restarts: Restarts = field(default_factory=Restarts, init=False, repr=False, compare=False)

    @property
    def judged_from(self) -> int:
        """The first table row that detectors read: not the first of all where that is of another kind."""
        return int(any(warning.what is WarningKind.FIRST_ROW_APART for warning in self.warnings))

    @property
    def clock(self) -> str | None:
        """The column that never decreases within one run, so that a decrease is a restart."""
        return next((name for name in ("step", "epoch") if name in self.table), self.x)

    def usable_series(self) -> tuple[LossSeries, ...]:
        """The loss series with enough points for detectors."""
        return tuple(series for series in self.series if self.table.count(series.name) >= LEAST_POINTS)

    def restarts(self) -> tuple[Mark, ...]:
        """The restarts of the clock."""
        return self._restarts.marks(self.table, self.clock)

    def marks(self) -> list[Mark]:
        """Turned knobs, and restarts of x or, if there are none, of the loss, by row."""
        found = [Mark(MarkKind.KNOB, change.row) for change in self.changes]
        back = self.restarts()
        if not back and self.origin.kind is OriginKind.LOG:
            back = tuple(Mark(MarkKind.RESTART, row) for row in self.restart_rows)
        found += back
        return sorted(found, key=lambda mark: mark.row)

    def settings_at(self, step: float | None = None) -> dict[str, Value]:
        """The settings that a step was trained with, by default those of the next step."""
        return settings_after(self.settings, self.changes, step)

    def told(self) -> dict[str, Value]:
        """The settings that a person added by hand."""
        return {key: value for key, value in self.settings.items() if self.setting_sources.get(key) == PERSON}

    def tell(self, settings: Mapping[str, Value]) -> None:
        """Take settings that a person knows; None takes one back that was told before."""
        known = {key: value for key, value in self.settings.items() if key not in settings or key not in self.told()}
        sources = {key: source for key, source in self.setting_sources.items() if key in known}
        added = {key: value for key, value in settings.items() if value is not None}
        self.settings = known | added
        self.setting_sources = sources | dict.fromkeys(added, PERSON)

    def turns(self) -> dict[int, dict[str, Value]]:
        """Values turned, by the first step trained with them, as injections for a session that repeats the run."""
        turns: dict[int, dict[str, Value]] = {}
        for change in self.changes:
            turns.setdefault(change.step, {})[change.key] = change.after
        return turns

    def x_at(self, row: int) -> float:
        """The x of a table row or, if missing, of the last row before it; the row number if x is None."""
        if self.x is None:
            return float(row)
        stop = min(row + 1, len(self.table))
        x = self.table.series(self.x, max(0, stop - 1), stop)
        if not len(x):
            x = self.table.series(self.x, 0, stop)
        return float(x.values[-1]) if len(x) else float(row)
