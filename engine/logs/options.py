"""Options of reading a log; what is left out is detected from its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from enum import StrEnum
from typing import Any

from engine.values import dataclass


class Restarts(StrEnum):
    """What to do where x decreases: keep one run with marks, or split it."""

    ONE = "one"
    SPLIT = "split"


class Derive(StrEnum):
    """What to derive from the losses: per-step losses from a running mean, epoch means, exp or ln."""

    NOTHING = "nothing"
    STEPS = "steps"
    EPOCHS = "epochs"
    PERPLEXITY = "perplexity"
    LOSS = "loss"


@dataclass(frozen=True)
class ReadOptions:
    """Decisions of the import dialog or the command line.

    Attributes
    ----------
    format : str or None
        Name of the format; None for the one that fits best.
    delimiter : str or None
        For delimited text: the character between cells; a space stands for any run of spaces and tabs.
    has_header : bool or None
        For delimited text: whether the first line is a header.
    has_decimal_comma : bool or None
        For delimited text: whether ``0,5`` is a half.
    x : str or None
        The x column; ``row`` for the row number.
    columns : tuple of str or None
        The loss columns; None to recognise them by name.
    names : tuple of (str, str)
        A column's name in the file, and the one that it is to have; the other options use the latter.
    pairs : tuple of (str, str)
        Validation column and its training column, if names do not show it.
    restarts : Restarts
        Treatment of appended runs.
    derive : Derive
        What the detectors read in place of the logged losses, which remain as columns.
    """

    format: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    has_decimal_comma: bool | None = None
    x: str | None = None
    columns: tuple[str, ...] | None = None
    pairs: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    restarts: Restarts = Restarts.ONE
    derive: Derive = Derive.NOTHING
    names: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    def to_plain(self) -> dict[str, Any]:
        """Convert to texts, lists and booleans for storage, without the options left to detection."""
        return {key: value for key, value in vars(self).items() if value not in (None, ())}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ReadOptions:
        """Convert back from `to_plain`, also after JSON; unknown keys are ignored.

        Examples
        --------
        >>> options = ReadOptions(x="step", columns=("loss",), restarts=Restarts.SPLIT)
        >>> ReadOptions.from_plain(options.to_plain()) == options
        True
        """
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in plain.items() if key in known}
        if values.get("columns") is not None:
            values["columns"] = tuple(map(str, values["columns"]))
        for key in ("pairs", "names"):
            values[key] = tuple((str(a), str(b)) for a, b in values.get(key, ()))
        values["restarts"] = Restarts(values.get("restarts", Restarts.ONE))
        values["derive"] = Derive(values.get("derive", Derive.NOTHING))
        return cls(**values)


ROW = "row"
