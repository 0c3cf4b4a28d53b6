"""Base of the log formats, each of which recognises a source and reads its sheets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from engine.discovery import discover
from engine.logs.feeds import RowFeed
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source


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
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    most: ClassVar[float] = 1.0

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


def all_formats() -> dict[str, type[LogFormat]]:
    """All formats, by name."""
    return discover("engine.logs.formats", LogFormat)
