"""What a log format is: one file with a name, a look that recognises it and a reader that gives sheets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from engine.discovery import discover
from engine.logs.feeds import RowFeed
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source


class LogFormat(ABC):
    """One kind of file that trainers write.

    Class attributes
    ----------------
    name : str
        Unique; the file's name.
    title : str
        What it is called by people, marked with `N_` unless it is a product's name.
    about : str
        One line: what writes it and what is special about it, marked with `N_`.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""

    @abstractmethod
    def matches(self, source: Source) -> float:
        """How surely `source` is of this format, 0 to 1, from a look inside; never raises for strange content."""

    @abstractmethod
    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        """The sheets in a source.

        Raises
        ------
        LogError
            If the content is not what it looked like.
        Cancelled
            If `progress` answers False.
        """

    def begin(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        """Read what there is, and give what reads further lines; None where only reading all again does."""
        return self.read(source, options), None


def all_formats() -> dict[str, type[LogFormat]]:
    """Every format there is, by name."""
    return discover("engine.logs.formats", LogFormat)
