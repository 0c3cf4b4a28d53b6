"""When an event explains another one: rules on their rows that two or more kinds use, the absorbing event first."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Event

Rule = Callable[[Event, Event], bool]


def inside(absorbing: Event, event: Event) -> bool:
    """It starts during the absorbing one."""
    return absorbing.start <= event.start <= absorbing.end


def runs_up(absorbing: Event, event: Event) -> bool:
    """It starts during the absorbing one, or has not ended when that starts."""
    return event.start <= absorbing.end and event.end >= absorbing.start


def follows(absorbing: Event, event: Event) -> bool:
    """It starts during the absorbing one or within its length afterwards: a return is no progress of its own."""
    return absorbing.start <= event.start <= 2 * absorbing.end - absorbing.start


def unless_likelier(rule: Rule) -> Rule:
    """The same rule for events that are no likelier than the absorbing one."""
    return lambda absorbing, event: event.confidence <= absorbing.confidence and rule(absorbing, event)
