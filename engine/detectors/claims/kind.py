"""A kind of event: its title, its sentence and what it explains, declared beside the detector that reports it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cache
from typing import Protocol

from engine.detectors.claims.rules import Rule
from engine.discovery import by_key, objects
from engine.events import Event, EventKind
from engine.values import dataclass


class EventWords(Protocol):
    """An event and the numbers around it, as words for a sentence; "?" where one is not known."""

    event: Event

    @property
    def before(self) -> str:
        """Level before the onset."""

    @property
    def peak(self) -> str:
        """Highest value of the event."""

    @property
    def floor(self) -> str:
        """Lowest value of the event."""

    @property
    def last(self) -> str:
        """Level at the end of the event."""

    @property
    def level(self) -> str:
        """Level that a flat stretch stays at: the one at its end."""

    @property
    def where(self) -> str:
        """The onset, in the run's unit."""

    @property
    def duration(self) -> str:
        """Length of the event, in the run's unit."""

    @property
    def is_last(self) -> bool:
        """Whether the event lasts to the last row of the run."""

    @property
    def first_non_finite(self) -> tuple[int, float] | None:
        """Row and value of the first NaN or infinity from the onset on."""

    def evidence(self, *names: str) -> float | None:
        """The first of these numbers that the event carries."""

    def place(self, row: int) -> str:
        """A row, in the run's unit."""

    def span(self, rows: int) -> str:
        """So many rows before the event, in the run's unit."""

    def at_onset(self, column: str) -> float | None:
        """Last finite value of a column at the onset."""

    def lowest(self, column: str) -> float | None:
        """Smallest value of a column during the event."""


@dataclass(frozen=True)
class LikelyCause:
    """A cause that only this kind has; those of several kinds are in `engine.diagnosis.causes`.

    Attributes
    ----------
    text, confirm, refute : str
        What it is, what would confirm it and what would refute it; marked with `N_`.
    share : float
        0 to 1: among the causes of the kind, before anything else is known.
    remedy, cost : str
        What to try, and what that costs; marked with `N_`.
    """

    text: str
    confirm: str
    refute: str
    share: float
    remedy: str
    cost: str


@dataclass(frozen=True)
class Kind:
    """One kind of event. A module of `engine.detectors.kinds` that defines one adds it to `EventKind`.

    How often its claims hold is under the same name in ``resources/fitted/calibration.json``.

    Attributes
    ----------
    value : str
        Its name in files and on the command line.
    title : str
        Two words at most, marked with `N_`.
    sentence : str or function
        What an event of this kind is described as, marked with `N_`; names in braces are attributes of `EventWords`. A
        function picks the words by the numbers and returns the sentence itself, in the current language.
    absorbs, echoes : mapping of kind to Rule
        Which events of its own series, and of the validation series beside it, it explains, and when.
    evidence : mapping of str to str
        Labels of the names in its evidence that no other kind has, marked with `N_`.
    shares : mapping of str to float
        Share of causes of `engine.diagnosis.causes`, by their key, where those do not name the kind themselves.
    causes : tuple of LikelyCause
        The causes that only this kind has.
    """

    value: str
    title: str
    sentence: str | Callable[[EventWords], str]
    absorbs: Mapping[EventKind, Rule] = field(default_factory=dict)
    echoes: Mapping[EventKind, Rule] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    causes: tuple[LikelyCause, ...] = ()

    def __post_init__(self) -> None:
        EventKind.declare(self.value)

    @property
    def kind(self) -> EventKind:
        """The member of `EventKind` that events carry."""
        return EventKind(self.value)


@cache
def all_kinds() -> Mapping[EventKind, Kind]:
    """The kinds that the modules beside the detectors declare.

    Raises
    ------
    TypeError
        If two modules declare the same one.

    Examples
    --------
    >>> all_kinds()[EventKind.SPIKE].title
    'Spike'
    """
    return by_key(objects("engine.detectors.kinds", Kind), lambda declared: declared.kind)


def declaration(kind: EventKind) -> Kind:
    """What is declared of a kind; of one whose file is gone, as in a run that was kept, no more than its name."""
    return all_kinds().get(kind) or Kind(kind.value, kind.value.replace("_", " ").capitalize(), _nameless)


def _nameless(words: EventWords) -> str:
    return f"{words.event.kind}: {words.where}"
