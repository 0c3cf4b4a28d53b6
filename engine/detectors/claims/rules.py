"""When an event explains another one: what two or more kinds ask of the rows, the graver event first."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Event

Rule = Callable[[Event, Event], bool]


def inside(graver: Event, event: Event) -> bool:
    """It starts while the graver one lasts."""
    return graver.start <= event.start <= graver.end


def runs_up(graver: Event, event: Event) -> bool:
    """It starts while the graver one lasts, or lasts still when that starts."""
    return event.start <= graver.end and event.end >= graver.start


def follows(graver: Event, event: Event) -> bool:
    """It starts in the graver one or as long after as that lasted: the way back is no progress of its own."""
    return graver.start <= event.start <= 2 * graver.end - graver.start
