"""Drops what a folder says twice: a checkpoint's copy of the log, the same run in a file of another format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from engine.logs.names import loss_columns
from engine.logs.sheet import Sheet
from engine.table import Floats

LEAST_VALUES = 3
BESIDE_LOGS = "tensorboard_events"
PRECISION = 1e-5  # event files have 32-bit numbers


@dataclass(frozen=True)
class Placed:
    """A sheet with the folder that it comes from and the name of its format."""

    sheet: Sheet
    folder: PurePath
    format: str


def without_repeats(all_placed: Sequence[Placed]) -> list[Sheet]:
    """The sheets without those whose every loss is the beginning of one in another sheet of the same run.

    Two sheets can be of the same run if one is from a folder within that of the other, or one is from event files
    beside the other. Logs side by side are kept even if they are equal, as two trainings with one seed are.
    """
    losses = [_losses(placed.sheet) for placed in all_placed]
    kept: list[int] = []
    starts: dict[bytes, list[tuple[Placed, Floats]]] = {}
    for i in sorted(range(len(all_placed)), key=lambda i: -sum(map(len, losses[i]))):
        placed = all_placed[i]
        if losses[i] and all(_is_known(own, placed, starts.get(_start(own), ())) for own in losses[i]):
            continue
        kept.append(i)
        for own in losses[i]:
            starts.setdefault(_start(own), []).append((placed, own))
    return [all_placed[i].sheet for i in sorted(kept)]


def _losses(sheet: Sheet) -> list[Floats]:
    names = sheet.losses if sheet.losses is not None else loss_columns(list(sheet.columns))
    found = [sheet.cells(name).values for name in names if name in sheet.columns]
    return [values for values in found if len(values)]


def _start(values: Floats) -> bytes:
    """What equal beginnings share whatever their precision."""
    return np.round(values[:1], 2).tobytes()


def _is_known(own: Floats, placed: Placed, others: Sequence[tuple[Placed, Floats]]) -> bool:
    return any(_may_be_one_run(placed, other) and _is_beginning(own, values) for other, values in others)


def _may_be_one_run(one: Placed, other: Placed) -> bool:
    if one.folder == other.folder:
        return one.format != other.format and BESIDE_LOGS in (one.format, other.format)
    return one.folder.is_relative_to(other.folder) or other.folder.is_relative_to(one.folder)


def _is_beginning(own: Floats, other: Floats) -> bool:
    if not LEAST_VALUES <= len(own) <= len(other):
        return False
    return bool(np.allclose(own, other[: len(own)], PRECISION, 0.0, equal_nan=True))
