"""Which of a log's events is the one that a fault made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from engine.events import EventKind, Severity

NEAR = 0.08  # of the run: how far an event may be from the onset


class Found(Protocol):
    """What is needed of an event."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def severity(self) -> str: ...
    @property
    def confidence(self) -> float: ...


Event = TypeVar("Event", bound=Found)


def fitting(label: dict[str, Any], events: Sequence[Event], steps: float) -> list[Event]:
    """The events of a kind in which the fault's face shows and that are near the onset, the gravest first.

    Parameters
    ----------
    label : dict
        Of the run, its onset as a step.
    steps : float
        Of the run.
    """
    near, onset = NEAR * steps + 2, label["onset_step"]
    at = [e for e in events if e.kind in label["kinds"] and e.start - near <= onset <= max(e.end, e.start) + near]
    return sorted(at, key=_weight, reverse=True)


def _weight(event: Found) -> tuple[int, bool, float, float]:
    # As `engine.events.gravest` orders them.
    return Severity(event.severity).rank, event.kind != EventKind.FLUCTUATION.value, event.confidence, -event.start
