"""One event per cause: an event that another one explains is absorbed by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial

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
    shakes the weights shakes both losses, and of two events of one kind the likelier tells it. The result is sorted by
    start row, kind and id.
    """
    partners = {s.name: s.partner for s in series if s.partner is not None}
    ordered = sorted(events, key=lambda e: (e.start, e.kind, e.id))
    explaining = {kind for kind, _ in (*absorbs(), *echoes())}
    own = [_absorbed(event, [e for e in ordered if e.kind in explaining], _explains) for event in ordered]
    absorbing = [e for e in own if e.kind in explaining]
    return tuple(_absorbed(e, absorbing, partial(_is_heard, partners)) if e.is_listed else e for e in own)


def _absorbed(event: Event, absorbing: Sequence[Event], is_explained: Rule) -> Event:
    by = (other.id for other in absorbing if other.id != event.id and is_explained(other, event))
    first = next(by, None)
    return event if first is None else event.absorbed(first)


def _explains(other: Event, event: Event) -> bool:
    rule = absorbs().get((other.kind, event.kind))
    return other.series == event.series and rule is not None and rule(other, event)


def _is_heard(partners: Mapping[str, str], other: Event, event: Event) -> bool:
    """Whether an event is the echo of one of the training series, or has one of its kind that is likelier."""
    rule = echoes().get((other.kind, event.kind))
    is_same_kind = other.kind is event.kind
    if rule is None:
        return False
    if other.series == partners.get(event.series):
        return rule(other, event) and not (is_same_kind and event.confidence > other.confidence)
    is_echo = event.series == partners.get(other.series) and is_same_kind and other.is_listed
    return is_echo and other.confidence > event.confidence and rule(event, other)
