"""Run all detectors over the loss series of a table, live or at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from engine.detectors.base import Detector
from engine.detectors.claims.claim import Claim
from engine.detectors.claims.consolidator import consolidate
from engine.detectors.claims.totals import is_of_falling_total
from engine.detectors.hindsight import Hindsight
from engine.detectors.scales import BRIEF, HALF, MOST_LISTED
from engine.detectors.stream.blocks import Block, Cutter
from engine.detectors.stream.digest import SPAN_ROWS
from engine.discovery import discover
from engine.events import Event, EventKind, Severity
from engine.remarks import PERHAPS, Remark
from engine.series import LossSeries, Role, has_reward
from engine.table import MetricTable

SHORT_ROWS = 2 * SPAN_ROWS  # rows: in longer tables reading twice takes as long as the reviews that it saves
CLIMBS = (EventKind.SPIKE, EventKind.LATE_RISE, EventKind.OVERSHOOT)


def all_detectors() -> dict[str, type[Detector]]:
    """Every detector there is, by name."""
    return discover("engine.detectors.kinds", Detector)


class Watch:
    """Feeds a table's loss series to the detectors as rows appear, and keeps the consolidated events.

    Parameters
    ----------
    table : MetricTable
    series : sequence of LossSeries
    clock : str, optional
        The column that should only grow; where it goes back another run starts.
    detectors : iterable of Detector classes, optional
        By default all that discovery finds.
    first_row : int
        Where the judgement begins (see `Run.judged_from`).

    Examples
    --------
    >>> import numpy as np
    >>> table = MetricTable()
    >>> table.extend({"loss": np.array([1.0, 0.9, np.nan])})
    >>> watch = Watch(table, [LossSeries("loss")])
    >>> watch.finish()
    >>> [event.kind.value for event in watch.events]
    ['diverged']
    """

    def __init__(
        self,
        table: MetricTable,
        series: Sequence[LossSeries],
        clock: str | None = None,
        detectors: Iterable[type[Detector]] | None = None,
        first_row: int = 0,
    ) -> None:
        kinds = list(all_detectors().values() if detectors is None else detectors)
        self._table = table
        self._series = tuple(series)
        self._cutters = [Cutter(table, s.name, clock, first_row) for s in series]
        self._detectors = [[kind(s) for kind in kinds if _applies(kind, s)] for s in series]
        self._events: tuple[Event, ...] = ()
        self._has_read = False

    @property
    def series(self) -> tuple[LossSeries, ...]:
        """The series that are read."""
        return self._series

    def advance(self) -> bool:
        """Read what was published since the last call; whether anything was read."""
        return self._read(is_final=False)

    def finish(self) -> None:
        """Read the rest and let the detectors report what only the end shows."""
        if self._has_read or len(self._table) > SHORT_ROWS:
            self._read(is_final=True)
            for detectors in self._detectors:
                for detector in detectors:
                    detector.finish()
        else:
            self._detectors = [self._at_once(*both) for both in zip(self._cutters, self._detectors, strict=True)]
        self._consolidate(is_over=True)

    def _at_once(self, cutter: Cutter, detectors: Sequence[Detector]) -> list[Detector]:
        """Read a whole series: most detectors claim nothing at its end, and only the others read it step by step."""
        asked = [detector for detector in detectors if isinstance(detector, Hindsight)]
        for detector in asked:
            detector.is_asked_at_ends = True
        _feed(cutter.blocks(is_final=True, are_joined=True), asked)
        again = {detector: type(detector)(detector.series) for detector in asked if detector.has_claimed}
        found = [again.get(d, d) for d in detectors]  # type: ignore[call-overload]
        by_step = [d for d in found if not (isinstance(d, Hindsight) and d.is_asked_at_ends)]
        if by_step:
            _feed(cutter.anew().blocks(is_final=True), by_step)
        return found

    def _read(self, is_final: bool) -> bool:
        has_read = False
        for cutter, detectors in zip(self._cutters, self._detectors, strict=True):
            for block in cutter.blocks(is_final):
                has_read = self._has_read = True
                for detector in detectors:
                    detector.take(block)
        if has_read:
            self._consolidate()
        return has_read

    def _consolidate(self, is_over: bool = False) -> None:
        reported = self.events_reported
        self._events = self.concluded(reported) if is_over else self._one_a_cause(reported)

    @property
    def events_reported(self) -> list[Event]:
        """What the detectors report, before one event a cause is kept."""
        return [event for detectors in self._detectors for detector in detectors for event in detector.events]

    def let_go(self) -> None:
        """Forget the detectors; what they reported may still be `concluded`."""
        self._detectors = [[] for _series in self._series]

    def concluded(self, reported: Sequence[Event]) -> tuple[Event, ...]:
        """What is left of these events once the run is over, absorbed ones included."""
        return self._one_a_cause([event for event in reported if not self._is_restart(event)])

    def _one_a_cause(self, reported: Sequence[Event]) -> tuple[Event, ...]:
        if not reported:
            return ()  # as nearly always while a training runs
        reported = [event for event in reported if not self._is_of_falling_total(event)]
        if has_reward(self._table.columns):
            reported = [event for event in reported if _is_beyond_doubt(event)]
        return consolidate(reported, self._series)

    def _is_restart(self, event: Event) -> bool:
        """Whether a validation loss climbs only because its training has restarted since the point before."""
        partner = next(s.partner for s in self._series if s.name == event.series)
        restarts = next((c.restarts for c, s in zip(self._cutters, self._series, strict=True) if s.name == partner), ())
        if event.kind not in CLIMBS or not restarts:
            return False
        rows = self._table.series(event.series).rows
        before = int(rows[np.searchsorted(rows, event.start) - 1]) if rows[0] < event.start else -1
        return any(before < row <= event.start for row in restarts)

    def _is_of_falling_total(self, found: Event | tuple[str, Claim]) -> bool:
        """Whether a term of a loss climbs while the total falls."""
        series, claim = (found.series, found) if isinstance(found, Event) else found
        if claim.kind not in (*CLIMBS, EventKind.DIVERGED) or "first_non_finite_row" in claim.evidence:
            return False
        return is_of_falling_total(self._table, self._series, series, claim.start, claim.end)

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, absorbed ones included, sorted by where they start."""
        return self._events

    @property
    def restarts(self) -> tuple[int, ...]:
        """Rows at which the first training loss restarts though the clock goes on, such as folds in one file."""
        own = (c for c, s in zip(self._cutters, self._series, strict=True) if s.role is Role.TRAINING)
        cutter = next(own, None)
        return cutter.restarts if cutter is not None else ()

    @property
    def perhaps(self) -> tuple[Remark, ...]:
        """What is too doubtful to be an event, by row; nothing beside an event, and nothing of a policy's loss."""
        if has_reward(self._table.columns):
            return ()
        beside = BRIEF * len(self._table)
        found: list[Remark] = []
        taken = [(event.series, event.start, event.end) for event in self.listed]
        for series, claim in sorted(self._doubtful(), key=lambda pair: -pair[1].confidence):
            stretch = claim.start, claim.end
            is_new = not any(series == name and _is_same(stretch, other, beside) for name, *other in taken)
            if is_new and len(found) < MOST_LISTED:
                taken.append((series, *stretch))
                about = claim.kind.value
                found.append(Remark(PERHAPS, series, claim.start, claim.end, claim.confidence, about=about))
        return tuple(sorted(found, key=lambda remark: remark.start))

    def _doubtful(self) -> Iterable[tuple[str, Claim]]:
        for series, detectors in zip(self._series, self._detectors, strict=True):
            for detector in detectors:
                if isinstance(detector, Hindsight):
                    doubtful = ((series.name, claim) for claim in detector.doubtful_claims)
                    yield from (found for found in doubtful if not self._is_of_falling_total(found))

    @property
    def listed(self) -> tuple[Event, ...]:
        """The events that results show."""
        return tuple(e for e in self._events if e.is_listed)


def _is_same(one: Sequence[int], other: Sequence[int], beside: float) -> bool:
    """Whether two stretches of rows, both ends included, start `beside` each other or share most of the longer one."""
    if abs(one[0] - other[0]) <= beside:
        return True
    shared = min(one[1], other[1]) - max(one[0], other[0]) + 1
    longer = max(one[1] - one[0], other[1] - other[0]) + 1
    return longer > 1 and shared >= HALF * longer


def _is_beyond_doubt(event: Event) -> bool:
    """Whether an event counts beside a reward: a policy's loss moves with its target, but it has to be a number."""
    return event.severity is Severity.INFO or "first_non_finite_row" in event.evidence


def _feed(blocks: Iterable[Block], detectors: Sequence[Detector]) -> None:
    """Give detectors all blocks, and tell them that these were all."""
    for block in blocks:
        for detector in detectors:
            detector.take(block)
    for detector in detectors:
        detector.finish()


def _applies(kind: type[Detector], series: LossSeries) -> bool:
    if kind.needs_pair:
        return series.role is Role.VALIDATION and series.partner is not None
    return True
