"""One event per cause: what a graver event explains is absorbed by it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from engine.detectors.epochs.mechanism import REPEATED_ORDER, RUNNING_MEAN, STEP
from engine.events import Event, EventKind
from engine.series import LossSeries

Rule = Callable[[Event, Event], bool]


def consolidate(events: Iterable[Event], series: Sequence[LossSeries] = ()) -> tuple[Event, ...]:
    """Mark the events that another one explains as absorbed; a pure function of the events.

    Because it looks at nothing but the events, it cannot depend on how the rows arrived. An event is absorbed by a
    graver one of its own series, or, on a validation series, by one of the training series beside it (`series` tells
    which): what shakes the weights shakes both losses. The result is sorted by start row, kind and id.
    """
    partners = {s.name: s.partner for s in series if s.partner is not None}
    ordered = sorted(events, key=lambda e: (e.start, e.kind, e.id))
    graver = [e for e in ordered if e.kind in GRAVER]
    return tuple(_judge(event, graver, partners) for event in ordered)


def _judge(event: Event, graver: Sequence[Event], partners: dict[str, str]) -> Event:
    for other in graver:
        if other is event:
            continue
        if other.series == event.series:
            rule = ABSORBS.get((other.kind, event.kind))
        elif other.series == partners.get(event.series):
            rule = ECHOES.get((other.kind, event.kind))
        else:
            continue
        if rule is not None and rule(other, event):
            return event.absorbed(other.id)
    return event


def _inside(graver: Event, event: Event) -> bool:
    """It starts while the graver one lasts."""
    return graver.start <= event.start <= graver.end


def _runs_up(graver: Event, event: Event) -> bool:
    """It starts while the graver one lasts, or lasts still when that starts."""
    return event.start <= graver.end and event.end >= graver.start


def _at_the_boundary(graver: Event, event: Event) -> bool:
    """It starts at the end of an epoch, by a tenth of it at most, and is over within one."""
    period, phase = graver.evidence["period_rows"], graver.evidence["phase_row"]
    off = (event.start - phase + period / 2) % period - period / 2
    is_near = abs(off) <= max(1.0, 0.1 * period)
    return _inside(graver, event) and is_near and event.end - event.start < period


def _in_a_sawtooth(graver: Event, event: Event) -> bool:
    """A running mean, a step at each boundary or a repeated order makes flats and falls of its own."""
    first = graver.start - graver.evidence["period_rows"]  # the first epoch ends where the event begins
    return first <= event.start <= graver.end and graver.evidence["mechanism"] in SAWTEETH


def _within_an_epoch(graver: Event, event: Event) -> bool:
    """What a sawtooth makes, or a flat or a fall of one epoch at most."""
    period = graver.evidence["period_rows"]
    is_short = graver.start - period <= event.start <= graver.end and event.end - event.start <= period
    return is_short or _in_a_sawtooth(graver, event)


def _of_an_epoch(graver: Event, event: Event) -> bool:
    """At the boundary; or shorter than an epoch where the same samples come in the same order in each."""
    is_repeated = graver.evidence["mechanism"] == REPEATED_ORDER and _in_a_sawtooth(graver, event)
    is_short = event.end - event.start < graver.evidence["period_rows"]
    return (is_repeated and is_short) or _at_the_boundary(graver, event)


def _is_lost_in(graver: Event, event: Event) -> bool:
    """A spike within a fluctuation, less than five of its scatters high."""
    height = math.log(max(event.evidence.get("height_factor", 1.0), 1e-300))
    return _inside(graver, event) and not height > LOST * graver.evidence["scatter_relative"]


def _makes_scatter(graver: Event, event: Event) -> bool:
    """The change at the boundary is as large as the scatter or larger."""
    change = abs(graver.evidence["change_at_boundary"])
    return _runs_up(graver, event) and change >= event.evidence["scatter_relative"]


def _follows(graver: Event, event: Event) -> bool:
    """It starts in the graver one or as long after as that lasted: the way back is no progress of its own."""
    return graver.start <= event.start <= 2 * graver.end - graver.start


def _is_way_back(graver: Event, event: Event) -> bool:
    """It follows a spike, and its own length is of the same order: a longer one was only touched by the spike."""
    return _follows(graver, event) and event.end - event.start <= WAY_BACK * (graver.end - graver.start + 1)


SAWTEETH = (RUNNING_MEAN, REPEATED_ORDER, STEP)
WAY_BACK = 4  # lengths of the spike
LOST = 5.0  # scatters of the logarithm

ABSORBS: dict[tuple[EventKind, EventKind], Rule] = {
    (EventKind.DIVERGED, EventKind.SPIKE): _runs_up,
    (EventKind.DIVERGED, EventKind.OVERSHOOT): _runs_up,
    (EventKind.DIVERGED, EventKind.LATE_RISE): _runs_up,
    (EventKind.DIVERGED, EventKind.STALLED): _runs_up,
    (EventKind.DIVERGED, EventKind.FLUCTUATION): _inside,
    (EventKind.EPOCH_BOUNDARY, EventKind.SPIKE): _of_an_epoch,
    (EventKind.EPOCH_BOUNDARY, EventKind.OVERSHOOT): _of_an_epoch,
    (EventKind.EPOCH_BOUNDARY, EventKind.LATE_RISE): _of_an_epoch,
    (EventKind.EPOCH_BOUNDARY, EventKind.FLUCTUATION): _makes_scatter,
    (EventKind.OVERSHOOT, EventKind.SPIKE): _inside,
    (EventKind.LATE_RISE, EventKind.SPIKE): _inside,
    (EventKind.FLUCTUATION, EventKind.SPIKE): _is_lost_in,
    (EventKind.SPIKE, EventKind.KICK_IN): _is_way_back,
    (EventKind.OVERSHOOT, EventKind.PLATEAU): _follows,
    (EventKind.OVERSHOOT, EventKind.KICK_IN): _follows,
    (EventKind.EPOCH_BOUNDARY, EventKind.PLATEAU): _within_an_epoch,
    (EventKind.EPOCH_BOUNDARY, EventKind.KICK_IN): _within_an_epoch,
}
ECHOES: dict[tuple[EventKind, EventKind], Rule] = {
    (EventKind.DIVERGED, EventKind.DIVERGED): _runs_up,
    (EventKind.DIVERGED, EventKind.SPIKE): _runs_up,
    (EventKind.DIVERGED, EventKind.FLUCTUATION): _runs_up,
    (EventKind.OVERSHOOT, EventKind.FLUCTUATION): _runs_up,
    (EventKind.LATE_RISE, EventKind.SPIKE): _runs_up,
    (EventKind.LATE_RISE, EventKind.FLUCTUATION): _runs_up,
    (EventKind.SPIKE, EventKind.SPIKE): _runs_up,
}
GRAVER = {graver for graver, _ in (*ABSORBS, *ECHOES)}
