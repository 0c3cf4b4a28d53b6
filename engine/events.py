"""Events of a run with their kinds and severities; plain values, worded only when shown."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class EventKind(StrEnum):
    """Kinds of events: ten that the program refers to, and those declared by detectors."""

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
        """Return the kind of a name, adding a new one; called by `engine.detectors.claims.kind.Kind`."""
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
        # A stored run or another process may use a kind before the detectors were discovered.
        importlib.import_module("engine.detectors.claims.kind").all_kinds()
        return cls._value2member_map_.get(value)  # type: ignore[return-value]


class Severity(StrEnum):
    """Severity of an event; `rank` orders them."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class EventState(StrEnum):
    """State of an event: open ones may still change, absorbed ones are explained by `absorbed_by`."""

    OPEN = "open"
    CLOSED = "closed"
    ABSORBED = "absorbed"


class MarkKind(StrEnum):
    """Kinds of marks on the curve that are not events."""

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
    """An event in a series.

    Attributes
    ----------
    id : str
        Unique within the run and independent of how the rows arrived: series, detector and a running number.
    kind : EventKind
    series : str
        The column it occurred in.
    start, end : int
        Table rows of the onset and of the end, inclusive; the end of an open event is the last row read.
    raised : int
        Last row of the block in which it was first reported; ``raised - start`` is the delay.
    severity : Severity
    confidence : float
        0 to 1, calibrated on labelled series.
    evidence : mapping of str to float
        The numbers that it is based on, with the unit in the name if not obvious; may be NaN or infinite.
    state : EventState
    absorbed_by : str or None
        Id of the event that explains this one.
    detector : str
        Name of the detector that reported it.
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

    def __reduce__(self) -> tuple[type[Event], tuple[Any, ...]]:
        """For another process, to which the view of the evidence cannot go."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return Event, tuple({**values, "evidence": dict(self.evidence)}.values())

    def absorbed(self, by: str) -> Event:
        """A copy of the event, absorbed by the event with id `by`."""
        return replace(self, state=EventState.ABSORBED, absorbed_by=by)

    @property
    def is_listed(self) -> bool:
        """Whether the event is listed in results, which absorbed ones are not."""
        return self.state is not EventState.ABSORBED


def gravity(event: Event) -> tuple[int, bool, float, int]:
    """How important an event is, for sorting: the most severe, then the most confident, then the earliest.

    A fluctuation comes after others of its severity, since it is their background.
    """
    return event.severity.rank, event.kind is not EventKind.FLUCTUATION, event.confidence, -event.start


def gravest(events: Iterable[Event]) -> Event:
    """The most important event by `gravity`."""
    return max(events, key=gravity)
