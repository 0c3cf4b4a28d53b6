"""What an answer is: further forks for one kind of event, and the sentence about them."""

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
    """Finds a number or a name that only one kind of event asks for.

    Class attributes
    ----------------
    name : str
        Of its `Finding`.
    kinds : tuple of EventKind
        The events it is for.
    """

    name: ClassVar[str] = ""
    kinds: ClassVar[tuple[EventKind, ...]] = ()

    @abstractmethod
    def find(self, reference: Reference, ledger: Ledger, is_cancelled: Callable[[], bool]) -> Finding | None:
        """The finding; None when it does not apply to this run."""

    @abstractmethod
    def text(self, finding: Finding) -> str:
        """A sentence or two in the current language."""


def all_answers() -> dict[str, type[Answer]]:
    """Every answer there is, by name."""
    return discover("engine.experiments.answers", Answer)
