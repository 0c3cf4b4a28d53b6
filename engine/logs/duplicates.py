"""Drops what a folder says twice: a checkpoint's copy of the log, the same run in a file of another format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from pathlib import PurePath

import numpy as np

from engine.logs.names import loss_columns, words
from engine.logs.sheet import Sheet
from engine.table import Floats, Sparse
from engine.values import dataclass

LEAST_VALUES = 3
MOST_OF_A_RUN = 3  # logs in the folder of one run
BESIDE_LOGS = "tensorboard_events"
TWICE = "vis_data"
DECIMALS = (4, 5, 6)
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
    are, except in MMEngine's folder. Of a rounded and an exact sheet the exact is kept.
    """
    losses = [_losses(placed.sheet) for placed in all_placed]
    crowded = {folder for folder, count in Counter(p.folder for p in all_placed).items() if count > MOST_OF_A_RUN}
    kept: list[int] = []
    known = _Known()
    for i in sorted(range(len(all_placed)), key=lambda i: (-sum(map(len, losses[i])), _are_rounded(losses[i]))):
        placed = all_placed[i]
        if losses[i] and (all(known.has(own, placed, crowded) for own in losses[i]) or known.has_copy(placed)):
            continue
        kept.append(i)
        known.keep(placed)
        for own in losses[i]:
            known.add(own, placed)
    return [all_placed[i].sheet for i in sorted(kept)]


class _Known:
    """The losses of the sheets that are kept, by their beginnings and folders."""

    def __init__(self) -> None:
        self._in: dict[tuple[bytes, PurePath], list[tuple[str, Floats]]] = defaultdict(list)
        self._sheets: dict[PurePath, list[Sheet]] = defaultdict(list)
        self._below: dict[tuple[bytes, PurePath], list[tuple[str, Floats]]] = defaultdict(list)

    def add(self, own: Floats, placed: Placed) -> None:
        start = _start(own)
        self._in[start, placed.folder].append((placed.format, own))
        for above in placed.folder.parents:
            self._below[start, above].append((placed.format, own))

    def keep(self, placed: Placed) -> None:
        self._sheets[placed.folder].append(placed.sheet)

    def has_copy(self, placed: Placed) -> bool:
        """Whether a sheet beside this one is the same in all columns, one of measured times among them.

        MMEngine writes its numbers to two files; two trainings with one seed do not take equally long.
        """
        beside = self._sheets[placed.folder] if placed.folder.name == TWICE else []
        return any(_is_copy(placed.sheet, other) for other in beside)

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
    start = other[: len(own)]
    if np.allclose(own, start, PRECISION, 0.0, equal_nan=True):
        return True
    return any(_is_rounded(a, b) for a, b in ((own, start), (start, own)))


def _is_rounded(shown: Floats, exact: Floats) -> bool:
    """Whether values are others as a console shows them, with at least so many decimals that this is no chance."""
    decimals = next((d for d in DECIMALS if np.array_equal(np.round(shown, d), shown, equal_nan=True)), None)
    return decimals is not None and bool(np.allclose(shown, exact, 0.0, 0.51 * 10.0**-decimals, equal_nan=True))


def _are_rounded(losses: Sequence[Floats]) -> bool:
    return all(np.array_equal(np.round(values, DECIMALS[0]), values, equal_nan=True) for values in losses)


def _is_copy(sheet: Sheet, other: Sheet) -> bool:
    if sheet.rows != other.rows or sheet.columns.keys() != other.columns.keys():
        return False
    times = [name for name in sheet.columns if "time" in words(name) and len(np.unique(sheet.cells(name).values)) > 1]
    return bool(times) and all(_are_equal(sheet.cells(name), other.cells(name)) for name in sheet.columns)


def _are_equal(one: Sparse, other: Sparse) -> bool:
    is_same = np.array_equal(one.rows, other.rows)
    return is_same and np.array_equal(one.values, other.values, equal_nan=True)
