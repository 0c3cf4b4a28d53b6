"""The content of the plot stack as one value; free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import Event
from engine.run import Run


@dataclass(frozen=True)
class Marking:
    """A stretch of rows, inclusive, that the person has marked, with a text; `is_pending` while it may still change."""

    start: int
    end: int
    text: str
    is_pending: bool = False


@dataclass(frozen=True, eq=False)
class Picture:
    """Overlaid runs, with events and notes of the active one.

    Attributes
    ----------
    active : int
        Index of the active run; counts from the end if negative.
    events : tuple of Event
        Events of the active run; `labels` has a short title for each id.
    notes : mapping of int to str
        The user's notes on the active run: row to text.
    colours : mapping of str to str
        The colour of each run's curves where there are several, by run id.
    lit : str
        Id of a run that is drawn over the others, in its own colour; empty for none.
    markings : tuple of Marking
        What the person has marked in the active run.
    doubtful : tuple of int
        The rows at which something begins that may be an event.
    is_read : bool
        Whether the events are known; until then there is room for them, so that the curve does not move when they come.
    """

    runs: tuple[Run, ...] = ()
    active: int = -1
    events: tuple[Event, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)
    has_epoch_lines: bool = False
    has_extremes: bool = False
    colours: Mapping[str, str] = field(default_factory=dict)
    lit: str = ""
    lit_colour: str = ""
    markings: tuple[Marking, ...] = ()
    doubtful: tuple[int, ...] = ()
    is_read: bool = True
    restart_rows: tuple[int, ...] = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        # Runs change in place; the current state is copied, so that two pictures can be compared.
        object.__setattr__(self, "restart_rows", self.runs[self.active].restart_rows if self.runs else ())
        object.__setattr__(self, "names", tuple(run.name for run in self.runs))

    def has_runs_of(self, other: Picture) -> bool:
        """Whether both show the same runs with the same one active."""
        return [id(run) for run in self.runs] == [id(run) for run in other.runs] and self.active == other.active
