"""Remarks: what is worth a word about a series and is no event; plain values, worded only when shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields
from types import MappingProxyType
from typing import Any

from engine.values import dataclass

PERHAPS = "perhaps"  # the kind of remark that an event too doubtful to claim is


@dataclass(frozen=True)
class Remark:
    """A remark on a series. It changes neither verdict nor exit code.

    Attributes
    ----------
    kind : str
        Its name in ``diagnose --json``, where a `engine.diagnosis.remarks.base.RemarkKind` declares its text.
    series : str
    start, end : int
        Table rows, inclusive.
    confidence : float
        0 to 1.
    numbers : mapping of str to float
        The numbers that the text names.
    about : str
        The kind of event that it would be; empty for facts that are none.
    """

    kind: str
    series: str
    start: int
    end: int
    confidence: float
    numbers: Mapping[str, float] = field(default_factory=dict, hash=False)
    about: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", MappingProxyType(dict(self.numbers)))

    def __reduce__(self) -> tuple[type[Remark], tuple[Any, ...]]:
        """For another process, to which the view of the numbers cannot go."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return Remark, tuple({**values, "numbers": dict(self.numbers)}.values())
