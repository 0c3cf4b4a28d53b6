"""One event per cause: what a graver event explains is absorbed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.events import Event, EventKind

Rule = Callable[[Event, Event], bool]


def consolidate(events: Iterable[Event]) -> tuple[Event, ...]:
    """Mark the events that another one explains as absorbed; a pure function of the events.

    Because it looks at nothing but the events, it cannot depend on how the rows arrived. The result is sorted by start
    row, kind and id.
    """
    ordered = sorted(events, key=lambda e: (e.start, e.kind, e.id))
    return tuple(_judge(event, ordered) for event in ordered)


def _judge(event: Event, others: list[Event]) -> Event:
    for other in others:
        if other is not event and other.series == event.series and _explains(other, event):
            return event.absorbed(other.id)
    return event


def _explains(graver: Event, event: Event) -> bool:
    rule = ABSORBS.get((graver.kind, event.kind))
    return rule is not None and rule(graver, event)


def _inside(graver: Event, event: Event) -> bool:
    return graver.start <= event.start <= graver.end


ABSORBS: dict[tuple[EventKind, EventKind], Rule] = {
    (EventKind.DIVERGED, EventKind.SPIKE): _inside,
    (EventKind.DIVERGED, EventKind.OVERSHOOT): _inside,
    (EventKind.DIVERGED, EventKind.LATE_RISE): _inside,
    (EventKind.EPOCH_BOUNDARY, EventKind.SPIKE): _inside,
    (EventKind.OVERSHOOT, EventKind.SPIKE): _inside,
    (EventKind.LATE_RISE, EventKind.SPIKE): _inside,
}
