"""What a person may decide about how a log is read; everything that is left out is found by looking inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Restarts(StrEnum):
    """What to do where the x column goes back: keep one run with marks, or split it into several."""

    ONE = "one"
    SPLIT = "split"


class Derive(StrEnum):
    """What to make of the losses: those of single steps from a running mean, means of epochs, exp or ln of them."""

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
    derive : Derive
        What the detectors look at in place of the losses as they are logged; those stay as columns.
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

    def to_plain(self) -> dict[str, Any]:
        """As texts, lists and truth values, to be remembered; what was left to be found is left out."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> ReadOptions:
        """What `to_plain` gave, also after a journey through JSON; unknown keys are passed over.

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
        values["pairs"] = tuple((str(a), str(b)) for a, b in values.get("pairs", ()))
        values["restarts"] = Restarts(values.get("restarts", Restarts.ONE))
        values["derive"] = Derive(values.get("derive", Derive.NOTHING))
        return cls(**values)


ROW = "row"
