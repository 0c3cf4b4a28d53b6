"""Drops what a folder says twice: a checkpoint's copy of the log, the same run in a file of another format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

import numpy as np

from engine.logs.names import loss_columns
from engine.logs.sheet import Sheet
from engine.table import Floats

LEAST_VALUES = 3
MOST_OF_A_RUN = 3  # logs in the folder of one run
BESIDE_LOGS = "tensorboard_events"
PRECISION = 1e-5  # event files have 32-bit numbers


@dataclass(frozen=True)
class Placed:
    """A sheet with its folder, relative to the one that was opened, and the name of its format."""

    sheet: Sheet
    folder: PurePath
    format: str


def without_repeats(all_placed: Sequence[Placed]) -> list[Sheet]:
    """The sheets without those whose every loss is the beginning of one in another sheet of the same run.

    Two sheets can be of the same run if one is from a folder within that of the other, which has few logs, or one is
    from event files beside the other. Logs side by side are kept even if they are equal, as two trainings with one seed
    are.
    """
    losses = [_losses(placed.sheet) for placed in all_placed]
    crowded = {folder for folder, count in Counter(p.folder for p in all_placed).items() if count > MOST_OF_A_RUN}
    kept: list[int] = []
    known = _Known()
    for i in sorted(range(len(all_placed)), key=lambda i: -sum(map(len, losses[i]))):
        placed = all_placed[i]
        if losses[i] and all(known.has(own, placed, crowded) for own in losses[i]):
            continue
        kept.append(i)
        for own in losses[i]:
            known.add(own, placed)
    return [all_placed[i].sheet for i in sorted(kept)]


class _Known:
    """The losses of the sheets that are kept, by their beginnings and folders."""

    def __init__(self) -> None:
        self._in: dict[tuple[bytes, PurePath], list[tuple[str, Floats]]] = defaultdict(list)
        self._below: dict[tuple[bytes, PurePath], list[tuple[str, Floats]]] = defaultdict(list)

    def add(self, own: Floats, placed: Placed) -> None:
        start = _start(own)
        self._in[start, placed.folder].append((placed.format, own))
        for above in placed.folder.parents:
            self._below[start, above].append((placed.format, own))

    def has(self, own: Floats, placed: Placed, crowded: Collection[PurePath]) -> bool:
        """Whether a sheet of the same run has this loss."""
        start, folder = _start(own), placed.folder
        others = [values for above in folder.parents if above not in crowded for _, values in self._in[start, above]]
        if folder not in crowded:
            others += [values for _, values in self._below[start, folder]]
        others += [values for kind, values in self._in[start, folder] if _are_beside(kind, placed.format)]
        return any(_is_beginning(own, values) for values in others)


def _are_beside(one: str, other: str) -> bool:
    """Whether event files stand beside a log of another format."""
    return one != other and BESIDE_LOGS in (one, other)


def _losses(sheet: Sheet) -> list[Floats]:
    names = sheet.losses if sheet.losses is not None else loss_columns(list(sheet.columns))
    found = [sheet.cells(name).values for name in names if name in sheet.columns]
    return [values for values in found if len(values)]


def _start(values: Floats) -> bytes:
    """What equal beginnings share whatever their precision."""
    return np.round(values[:1], 2).tobytes()


def _is_beginning(own: Floats, other: Floats) -> bool:
    if not LEAST_VALUES <= len(own) <= len(other):
        return False
    return bool(np.allclose(own, other[: len(own)], PRECISION, 0.0, equal_nan=True))
