"""Facts about one event: its evidence, the numbers around it, and the settings at its onset."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from engine.detectors.stream import scatter as scatters
from engine.events import Event, EventKind, EventState, MarkKind
from engine.run import Change, OriginKind, Run, Value
from engine.series import Role
from engine.table import Floats

MOST_POINTS = 20_000  # enough for a sentence; the user waits for the diagnosis
BASELINE_POINTS = 50


class Facts:
    """An event in its run, as needed by the rules of the diagnosis.

    Parameters
    ----------
    event : Event
    run : Run
    others : sequence of Event
        The other listed events of the run.
    """

    def __init__(self, event: Event, run: Run, others: Sequence[Event] = ()) -> None:
        self.event = event
        self.run = run
        self.others = tuple(e for e in others if e.id != event.id and e.is_listed)
        self.measures: dict[str, float | None] = {}  # filled by `engine.diagnosis.measures.base.measured`
        self.found: dict[Any, Any] = {}  # filled by `engine.once.once`
        self.views: dict[str, Any] = {}  # filled by `engine.diagnosis.view.view`

    @property
    def is_validation(self) -> bool:
        """Whether the series is a validation loss."""
        return any(s.name == self.event.series and s.role is Role.VALIDATION for s in self.run.series)

    def has_other(self, *kinds: EventKind) -> bool:
        """Whether the run has another event of these kinds."""
        return any(e.kind in kinds for e in self.others)

    def evidence(self, *names: str) -> float | None:
        """The first of these numbers in the event's evidence; None if there is none."""
        return next((self.event.evidence[n] for n in names if n in self.event.evidence), None)

    @cached_property
    def settings(self) -> Mapping[str, Value]:
        """The settings at the onset; those of a log come from its columns."""
        standing = self.run.settings_at(self.run.x_at(self.event.start))
        # A log's column knows the schedule; a setting is the rate that it began with.
        is_known = "lr" in standing and self.run.origin.kind is OriginKind.TRAINING
        if not is_known and (lr := self.at("lr")) is not None:
            standing["lr"] = lr
        return standing

    def number(self, key: str) -> float | None:
        """A numeric setting; None if it is unknown or a word."""
        value = self.settings.get(key)
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    @cached_property
    def turned(self) -> Change | None:
        """The last turn before the onset; None if it was not shortly before."""
        near = max(20, self.event.start // 20)
        # An onset is known to within a few rows, so a turn one or two rows after it still counts.
        candidates = [c for c in self.run.changes if -2 <= self.event.start - c.row <= near]
        return candidates[-1] if candidates else None

    @cached_property
    def resumed(self) -> bool:
        """Whether the run was resumed or restarted shortly before the onset."""
        near = max(5, self.event.start // 50)
        rows = [m.row for m in self.run.marks() if m.kind is MarkKind.RESTART]
        return any(-2 <= self.event.start - row <= near for row in rows)

    def values(self, column: str, first: int, last: int) -> Floats:
        """Values of a column in the rows ``first`` to ``last`` inclusive, thinned evenly to at most `MOST_POINTS`."""
        if column not in self.run.table or last < first:
            return np.empty(0)
        values = self.run.table.values(column, max(first, 0), last + 1)
        return values[:: max(1, len(values) // MOST_POINTS)]

    def at(self, column: str, row: int | None = None) -> float | None:
        """The last finite value of a column at or shortly before a row, by default the onset."""
        row = self.event.start if row is None else row
        values = self.values(column, row - BASELINE_POINTS, row)
        finite = values[np.isfinite(values)]
        return float(finite[-1]) if len(finite) else None

    @cached_property
    def before(self) -> float | None:
        """Level of the loss before the onset, by the detector or else the median of the last finite points."""
        measured = self.evidence("level_before")
        if measured is not None and math.isfinite(measured):
            return measured
        first = max(0, self.event.start - BASELINE_POINTS)
        return _median(self.values(self.event.series, first, max(self.event.start - 1, 0)))

    @cached_property
    def during(self) -> Floats:
        """Finite values of the loss from the onset to the end."""
        values = self.values(self.event.series, self.event.start, self.event.end)
        return values[np.isfinite(values)]

    @property
    def peak(self) -> float | None:
        """Highest finite loss from the onset to the end, by the detector or from the table."""
        measured = self.evidence("peak")
        if measured is not None and math.isfinite(measured):
            return measured
        return float(self.during.max()) if len(self.during) else None

    @property
    def floor(self) -> float | None:
        return float(self.during.min()) if len(self.during) else None

    @cached_property
    def last(self) -> float | None:
        """Level at the end of the event: the median of its last tenth."""
        values = self.during
        return _median(values[-max(1, min(len(values) // 10, BASELINE_POINTS)) :])

    @cached_property
    def first_non_finite(self) -> tuple[int, float] | None:
        """Row and value of the first NaN or infinity from the onset on."""
        if self.event.series not in self.run.table:
            return None
        return self.run.table.first_non_finite(self.event.series, self.event.start)

    def is_last(self) -> bool:
        """Whether the event lasts to the last row of the run, also where the detectors have not read the last rows."""
        if self.event.end >= len(self.run.table) - 2:
            return True
        return self.event.state is EventState.OPEN and self._is_still_up()

    def _is_still_up(self) -> bool:
        """Whether all rows after the event are closer to its peak than to the level before."""
        if self.before is None or self.peak is None:
            return False
        values = self.values(self.event.series, self.event.end + 1, len(self.run.table) - 1)
        values = values[np.isfinite(values)]
        return bool(len(values)) and bool((values > (self.before + self.peak) / 2).all())


def _median(values: Floats) -> float | None:
    finite = values[np.isfinite(values)]
    return scatters.median(finite) if len(finite) else None
