"""Base of the log formats, each of which recognises a source and reads its sheets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from engine.discovery import discover
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

if TYPE_CHECKING:
    from engine.logs.feeds import RowFeed

Clues = tuple[str | bytes, ...] | None


class LogFormat(ABC):
    """A format of training logs.

    Class attributes
    ----------------
    name : str
        Unique; the file's name.
    title : str
        Title, marked with `N_` unless it is a product's name.
    about : str
        One line about its origin and content, marked with `N_`.
    most : float
        What `matches` returns at most: a format that cannot be the best is not asked.
    clues : tuple of str or bytes, or None
        Texts or bytes of which a file of this format has one near its start; none, if only folders are of it; None, if
        nothing is sure. On one line, and nothing but literals: `candidates` reads it without importing the module.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    most: ClassVar[float] = 1.0
    clues: ClassVar[Clues] = None

    @abstractmethod
    def matches(self, source: Source) -> float:
        """How likely a source is of this format, 0 to 1, by its content; never raises for strange content."""

    @abstractmethod
    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        """Read the sheets of a source.

        Raises
        ------
        LogError
            If the content is not of this format.
        Cancelled
            If `progress` returns False.
        """

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        """Read the sheets and return them with a feed for appended lines; None if all must be read again."""
        return self.read(source, options), None


def may_be(source: Source, clues: Clues) -> bool:
    """Whether a source has one of the clues of a format; a folder may be of any."""
    if clues is None or source.is_folder:
        return True
    head, text = source.start
    for clue in clues:  # noqa: SIM110 (a generator for each format and file takes twice as long)
        if clue in (head if isinstance(clue, bytes) else text):  # type: ignore[operator]
            return True
    return False


def all_formats() -> dict[str, type[LogFormat]]:
    """All formats, by name."""
    return discover("engine.logs.formats", LogFormat)
