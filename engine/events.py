"""What happened in a run: kinds, severities and events. Numbers only; their text is made when they are shown."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class EventKind(StrEnum):
    """The things that a curve can do: ten that the program itself speaks of, and those that detectors declare."""

    DIVERGED = "diverged"
    OVERSHOOT = "overshoot"
    LATE_RISE = "late_rise"
    SPIKE = "spike"
    EPOCH_BOUNDARY = "epoch_boundary"
    PLATEAU = "plateau"
    KICK_IN = "kick_in"
    FLUCTUATION = "fluctuation"
    OVERFITTING = "overfitting"
    STALLED = "stalled"

    @classmethod
    def declare(cls, value: str) -> EventKind:
        """The kind of this name, added where it is new; `engine.detectors.claims.kind.Kind` asks for it."""
        known = cls._value2member_map_.get(value)
        if known is None:
            name = value.upper()
            known = str.__new__(cls, value)
            known._name_, known._value_ = name, value
            cls._member_names_.append(name)
            cls._member_map_[name] = cls._value2member_map_[value] = known
        return known  # type: ignore[return-value]

    @classmethod
    def _missing_(cls, value: object) -> EventKind | None:
        # A kept run or another process may name a kind before the detectors were looked for.
        importlib.import_module("engine.detectors.claims.kind").all_kinds()
        return cls._value2member_map_.get(value)  # type: ignore[return-value]


class Severity(StrEnum):
    """How much a person should care; `rank` orders them."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class EventState(StrEnum):
    """Open events still change; an absorbed one belongs to the event named in `absorbed_by`."""

    OPEN = "open"
    CLOSED = "closed"
    ABSORBED = "absorbed"


class MarkKind(StrEnum):
    """What is drawn on the curve without being an event."""

    RESTART = "restart"
    KNOB = "knob"
    GAP = "gap"


@dataclass(frozen=True)
class Mark:
    """A restart, a turned knob or a gap, at a table row."""

    kind: MarkKind
    row: int


def _frozen(evidence: Any) -> MappingProxyType[str, float]:
    return MappingProxyType({name: float(value) for name, value in dict(evidence).items()})


@dataclass(frozen=True)
class Event:
    """One thing that happened to one series.

    Attributes
    ----------
    id : str
        Unique within the run and equal however the rows arrived: detector, series and a running number.
    kind : EventKind
    series : str
        The column it happened to.
    start, end : int
        Table rows: the true onset and the last row that belongs to it. An open event's end is the last row seen.
    raised : int
        The last row of the block in which the event was first said; ``raised - start`` is the delay.
    severity : Severity
    confidence : float
        0 to 1, calibrated on labelled series.
    evidence : mapping of str to float
        The numbers that made it fire; the unit is in the name where it is not obvious. NaN and infinity allowed.
    state : EventState
    absorbed_by : str or None
        Id of the event that explains this one.
    detector : str
        Name of the detector that said it.
    """

    id: str
    kind: EventKind
    series: str
    start: int
    end: int
    raised: int
    severity: Severity
    confidence: float
    evidence: MappingProxyType[str, float] = field(default_factory=lambda: _frozen({}), hash=False)
    state: EventState = EventState.CLOSED
    absorbed_by: str | None = None
    detector: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "evidence", _frozen(self.evidence))

    def absorbed(self, by: str) -> Event:
        """The same event, explained by the event with id `by`."""
        return replace(self, state=EventState.ABSORBED, absorbed_by=by)

    @property
    def is_listed(self) -> bool:
        """Whether results show it: what another event explains is not listed."""
        return self.state is not EventState.ABSORBED


def gravest(events: Iterable[Event]) -> Event:
    """The event to speak of first: the most severe, of those the most certain, then the earliest.

    A fluctuation comes after others of its severity: it is the scatter that they stand out from.
    """

    def weight(event: Event) -> tuple[int, bool, float, int]:
        return event.severity.rank, event.kind is not EventKind.FLUCTUATION, event.confidence, -event.start

    return max(events, key=weight)
