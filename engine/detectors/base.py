"""The contract of every detector: it takes blocks, reports events and never reads ahead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

from engine.detectors.stream.blocks import Block
from engine.events import Event, EventKind, EventState, Severity
from engine.series import LossSeries, Role, is_adversarial
from engine.table import Floats

T = TypeVar("T", int, float)

# Where a threshold comes from, if no more is known.
FIRST = "a first choice, kept since it was checked on the labelled series in tests/data/trainings"
LOGS = "chosen on logs labelled by eye"
TRAININGS = "chosen with the labelled series in tests/data/trainings"


@dataclass(frozen=True)
class Threshold(Generic[T]):
    """A number that a detector compares with: a class attribute, read as a plain number from an instance.

    Attributes
    ----------
    value : int or float
    unit : str
        What one is, such as ``points`` or ``of the run``.
    meaning : str
        What is compared with it.
    source : str
        How it was chosen.

    Examples
    --------
    >>> class Jumps(Detector):
    ...     smallest_jump = Threshold(2.0, "times", "the loss before", "an example")
    >>> Jumps.smallest_jump.unit
    'times'
    >>> Jumps.with_thresholds(smallest_jump=3.0).smallest_jump.value
    3.0
    """

    value: T
    unit: str
    meaning: str
    source: str

    @overload
    def __get__(self, detector: None, owner: type) -> Threshold[T]: ...
    @overload
    def __get__(self, detector: object, owner: type) -> T: ...
    def __get__(self, detector: object, owner: type) -> Threshold[T] | T:
        return self if detector is None else self.value


class Detector(ABC):
    """Reads one loss series block by block and reports events.

    A subclass sets `name`, `kinds` and `about` and implements `read` and `example`; `finish` is for what
    only the end of a run shows. One instance reads one series. State may depend on the blocks seen so far and on
    nothing else: then the events are equal however the rows arrived, which a property test checks for every detector
    that discovery finds.

    The numbers that its rule compares with are class attributes of type `Threshold`; `with_thresholds` varies them.

    Class attributes
    ----------------
    name : str
        Unique; the file's name.
    kinds : tuple of EventKind
        What it can report.
    about : str
        One line for people, marked with `N_`.
    needs_pair : bool
        It reads a validation series beside its training series, and runs on nothing else.
    Memory : type
        What is learned from blocks, a dataclass with a default for each field; a new one is made at each restart. A
        subclass that learns more extends the one of its base and annotates `memory` with it.
    """

    @dataclass
    class Memory:
        """What is learned from the blocks of one run: here nothing."""

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[EventKind, ...]] = ()
    about: ClassVar[str] = ""
    needs_pair: ClassVar[bool] = False

    def __init__(self, series: LossSeries) -> None:
        self.series = series
        self.memory = self.Memory()
        self._events: list[Event | None] = []
        self._now = 0

    @classmethod
    def thresholds(cls) -> dict[str, Threshold[Any]]:
        """The detector's thresholds by name, inherited ones included."""
        found = ((name, getattr(cls, name)) for name in dir(cls))
        return {name: value for name, value in found if isinstance(value, Threshold)}

    @classmethod
    def with_thresholds(cls, **values: float) -> type[Self]:
        """The same detector with other thresholds, for `Watch` or to be made as any other.

        Raises
        ------
        TypeError
            If the detector has no threshold of some name.

        Examples
        --------
        >>> from engine.detectors.kinds.spike import Spike
        >>> Spike.with_thresholds(most_listed=1).name
        'spike'
        """
        known = cls.thresholds()
        unknown = [name for name in values if name not in known]
        if unknown:
            raise TypeError(f"{cls.name!r} has no threshold {', '.join(unknown)}; it has {', '.join(known)}")
        varied: dict[str, Any] = {name: replace(known[name], value=value) for name, value in values.items()}
        return type(cls.__name__, (cls,), {**varied, "__module__": cls.__module__, "__doc__": cls.__doc__})

    @staticmethod
    def example() -> dict[str, Floats]:
        """Columns of a small table on which the detector reports something; the same at each call.

        The contract tests run on it. Loss columns are named as in a log (``loss``, ``val_loss``).
        """
        raise NotImplementedError("a detector brings an example on which it reports something")

    @property
    def has_partner(self) -> bool:
        """It reads a validation series beside its training series, which (or `overfitting`) reports its rises."""
        return self.series.role is Role.VALIDATION and self.series.partner is not None

    @property
    def is_doubtful(self) -> bool:
        """The name of the series shows that its loss may rise without anything being wrong."""
        return is_adversarial(self.series.name)

    def take(self, block: Block) -> None:
        """Take the next block."""
        self._now = block.last_row
        if block.restarted:
            self.restart(block)
        self.read(block)

    @abstractmethod
    def read(self, block: Block) -> None:
        """Read a block; call `report`, `update` and `retract`."""

    def restart(self, block: Block) -> None:
        """Another run starts with this block. By default the memory is cleared and open events are closed."""
        self._close_open()
        self.memory = self.Memory()

    def finish(self) -> None:
        """The run is over: report what only the end shows, and close what is open."""
        self._close_open()

    def _close_open(self) -> None:
        for i, event in enumerate(self._events):
            if event and event.state is EventState.OPEN:
                self.update(i, is_open=False)

    def report(
        self,
        kind: EventKind,
        start: int,
        end: int,
        severity: Severity,
        confidence: float,
        evidence: Mapping[str, float],
        is_open: bool = False,
    ) -> int:
        """Report a new event; the handle returned is for `update`. Rows are table rows."""
        number = len(self._events)
        state = EventState.OPEN if is_open else EventState.CLOSED
        event = Event(
            id=f"{self.series.name}/{self.name}/{number}",
            kind=kind,
            series=self.series.name,
            start=int(start),
            end=int(end),
            raised=self._now,
            severity=severity,
            confidence=min(max(float(confidence), 0.0), 1.0),
            evidence=evidence,  # type: ignore[arg-type]
            state=state,
            detector=self.name,
        )
        self._events.append(event)
        return number

    def update(self, handle: int, is_open: bool | None = None, **changes: object) -> None:
        """Change a reported event; ``is_open=False`` closes it. `raised` stays."""
        if is_open is not None:
            changes["state"] = EventState.OPEN if is_open else EventState.CLOSED
        self._events[handle] = replace(self.event(handle), **changes)  # type: ignore[arg-type]

    def retract(self, handle: int) -> None:
        """Take back an event that later points have refuted; its id is not used again."""
        self._events[handle] = None

    def event(self, handle: int) -> Event:
        """The event of a handle."""
        event = self._events[handle]
        if event is None:
            raise LookupError(f"event {handle} of {self.name} was retracted")
        return event

    @property
    def events(self) -> tuple[Event, ...]:
        """All events that were not retracted, in the order in which they were first reported."""
        return tuple(event for event in self._events if event)
