"""Base of the answers: additional forks for some kinds of events, and a sentence about the result."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from engine.discovery import discover
from engine.events import EventKind
from engine.experiments.ledger import Ledger
from engine.experiments.records import Finding
from engine.experiments.reference import Reference


class Answer(ABC):
    """Finds a number or a name that is specific to some kinds of events.

    Class attributes
    ----------------
    name : str
        Name of its `Finding`.
    kinds : tuple of EventKind
        The kinds of events it applies to.
    """

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[EventKind, ...]] = ()

    @abstractmethod
    def find(self, reference: Reference, ledger: Ledger, is_cancelled: Callable[[], bool]) -> Finding | None:
        """Run the forks and return the finding; None if it does not apply to this run."""

    @abstractmethod
    def text(self, finding: Finding) -> str:
        """A sentence or two in the current language."""


def all_answers() -> dict[str, type[Answer]]:
    """All answers, by name."""
    return discover("engine.experiments.answers", Answer)
