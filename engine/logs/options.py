"""What a person may decide about how a log is read; everything that is left out is found by looking inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Restarts(StrEnum):
    """What to do where the x column goes back: keep one run with marks, or split it into several."""

    ONE = "one"
    SPLIT = "split"


@dataclass(frozen=True)
class ReadOptions:
    """Decisions of the import dialog or the command line.

    Attributes
    ----------
    format : str or None
        Name of the format; None chooses the one that fits best.
    delimiter : str or None
        Delimited text: the character between cells; a space stands for any run of spaces and tabs.
    has_header : bool or None
        Delimited text: whether the first line names the columns.
    has_decimal_comma : bool or None
        Delimited text: whether ``0,5`` is a half.
    x : str or None
        The column that positions are given in; ``row`` numbers the rows.
    columns : tuple of str or None
        The loss columns; None recognises them by their names.
    pairs : tuple of (str, str)
        Validation column and its training column, where names do not tell.
    restarts : Restarts
        How appended runs are treated.
    """

    format: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    has_decimal_comma: bool | None = None
    x: str | None = None
    columns: tuple[str, ...] | None = None
    pairs: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    restarts: Restarts = Restarts.ONE


ROW = "row"
