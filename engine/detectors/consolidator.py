"""One event per cause: an event that another one explains is absorbed by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from engine.detectors.claims.kind import all_kinds
from engine.detectors.claims.rules import Rule
from engine.events import Event, EventKind
from engine.series import LossSeries

Rules = Mapping[tuple[EventKind, EventKind], Rule]


@cache
def absorbs() -> Rules:
    """For a kind and another one of the same series: when the first explains the second."""
    return {(kind, other): rule for kind, declared in all_kinds().items() for other, rule in declared.absorbs.items()}


@cache
def echoes() -> Rules:
    """The same where the first is of a training series and the second of the validation series beside it."""
    return {(kind, other): rule for kind, declared in all_kinds().items() for other, rule in declared.echoes.items()}


def consolidate(events: Iterable[Event], series: Sequence[LossSeries] = ()) -> tuple[Event, ...]:
    """Mark the events that another one explains as absorbed; a pure function of the events.

    Because it reads nothing but the events, it cannot depend on how the rows arrived. An event is absorbed by one of
    its own series or, on a validation series, by one of the training series beside it (`series` holds which): what
    shakes the weights shakes both losses. The result is sorted by start row, kind and id.
    """
    partners = {s.name: s.partner for s in series if s.partner is not None}
    ordered = sorted(events, key=lambda e: (e.start, e.kind, e.id))
    explaining = {kind for kind, _ in (*absorbs(), *echoes())}
    absorbing = [e for e in ordered if e.kind in explaining]
    return tuple(_absorbed(event, absorbing, partners) for event in ordered)


def _absorbed(event: Event, absorbing: Sequence[Event], partners: dict[str, str]) -> Event:
    for other in absorbing:
        if other is event:
            continue
        if other.series == event.series:
            rule = absorbs().get((other.kind, event.kind))
        elif other.series == partners.get(event.series):
            rule = echoes().get((other.kind, event.kind))
        else:
            continue
        if rule is not None and rule(other, event):
            return event.absorbed(other.id)
    return event
