"""Values of a diagnosis; their texts are in the language at the time of creation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from engine.events import EventKind, Severity
from engine.run import Value
from engine.values import dataclass


@dataclass(frozen=True)
class Factor:
    """A new value given as a multiple of the present one."""

    times: float


@dataclass(frozen=True)
class EvidenceLine:
    """A number of the evidence: its name in files, its label, its value with unit.

    Attributes
    ----------
    limit : float or None
        The value from which on it speaks for the event, for those that have one.
    """

    name: str
    label: str
    value_text: str
    value: float = float("nan")
    limit: float | None = None


@dataclass(frozen=True)
class Cause:
    """A possible cause.

    Attributes
    ----------
    weight : float
        0 to 1; the weights of an event's causes and of "something else" sum to 1.
    confirm, refute : str
        What would confirm it, and what would refute it.
    factors : tuple of str
        Keys of the factors that test it.
    """

    key: str
    weight: float
    text: str
    source: str
    confirm: str = ""
    refute: str = ""
    factors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Remedy:
    """A remedy to try.

    Attributes
    ----------
    setting : mapping or None
        The settings to try in a live scenario; None if the run has no such knob.
    cost : str
        Its cost, as text.
    watch : str
        What to look for afterwards; may be empty.
    snippet : mapping of str to str
        Code to copy, for ``pytorch`` and ``keras``.
    """

    key: str
    text: str
    setting: Mapping[str, Value] | None
    source: str
    cost: str = ""
    watch: str = ""
    snippet: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Apart:
    """What would tell an event's causes apart.

    Attributes
    ----------
    text : str
        In words: whether the log tells the first two apart, and what to add to it.
    addition : str or None
        Key of what to add.
    bits : float
        What it is expected to tell at least.
    """

    text: str
    addition: str | None = None
    bits: float = 0.0


@dataclass(frozen=True)
class Headline:
    """Title, onset, sentence and severity of an event."""

    title: str
    where: str
    sentence: str
    severity_text: str


@dataclass(frozen=True)
class Diagnosis:
    """The full explanation of an event."""

    event_id: str
    kind: EventKind
    severity: Severity
    title: str
    where: str
    sentence: str
    severity_text: str
    evidence: tuple[EvidenceLine, ...]
    causes: tuple[Cause, ...]
    remedies: tuple[Remedy, ...]
    apart: Apart | None = None
