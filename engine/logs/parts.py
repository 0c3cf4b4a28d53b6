"""Reads a part of something else as if it were a file: an output of a notebook, a worksheet, a file in an archive."""

from __future__ import annotations

from collections.abc import Sequence

from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.memory import MemorySource
from engine.logs.names import loss_columns
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet

LEAST_MATCH = 0.2
LEAST_POINTS = 2


def read_part(data: bytes, name: str, formats: Sequence[LogFormat], options: ReadOptions) -> list[Sheet]:
    """Read bytes in the first format that finds a loss, else in the first that reads them; no sheets if none fits."""
    source = MemorySource(name, data)
    fits = sorted(((each.matches(source), each) for each in formats), key=lambda fit: -fit[0])
    first: list[Sheet] = []
    for match, each in fits:
        if match < LEAST_MATCH:
            break
        try:
            found = each.read(source, options)
        except LogError:
            continue
        if any(map(has_losses, found)):
            return found
        first = first or found
    return first


def has_losses(sheet: Sheet) -> bool:
    """Whether a sheet has a series of a loss."""
    names = sheet.losses if sheet.losses is not None else loss_columns(list(sheet.columns))
    return any(name in sheet.columns and sheet.count(name) >= LEAST_POINTS for name in names)
