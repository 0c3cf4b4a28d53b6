"""What a diagnosis is made of. Texts are in the language that was current when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import EventKind, Severity
from engine.run import Value


@dataclass(frozen=True)
class Factor:
    """A new value given as a multiple of the present one."""

    times: float


@dataclass(frozen=True)
class EvidenceLine:
    """One number that made the event fire: its name in files, what it means, its value with unit."""

    name: str
    label: str
    value_text: str


@dataclass(frozen=True)
class Cause:
    """One possible cause.

    Attributes
    ----------
    weight : float
        0 to 1; the weights of an event's causes and of "something else" sum to 1.
    confirm, refute : str
        What would speak for it, and against it.
    factors : tuple of str
        Factor keys of the experiments that test it.
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
    """One thing to try.

    Attributes
    ----------
    setting : mapping or None
        The settings to try in a live scenario; None where the run has no such knob.
    cost : str
        What it costs.
    snippet : mapping of str to str
        Code to copy, for ``pytorch`` and ``keras``.
    """

    key: str
    text: str
    setting: Mapping[str, Value] | None
    source: str
    cost: str = ""
    snippet: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Headline:
    """An event in a line: its kind, where it began, one sentence, and how grave it is."""

    title: str
    where: str
    sentence: str
    severity_text: str


@dataclass(frozen=True)
class Diagnosis:
    """One event in words."""

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
