"""Labels above the curve that never overlap: they stack in rows, and fold into a count where there is no row left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 6.0


@dataclass(frozen=True)
class Wish:
    """A label that wants to begin at `x` and has a width; a higher `rank` is placed first."""

    key: str
    x: float
    width: float
    rank: int = 0


@dataclass(frozen=True)
class Placed:
    """Where a label goes; a fold stands for several keys, the most important first."""

    keys: tuple[str, ...]
    left: float
    row: int
    width: float
    is_fold: bool = False


def place(wishes: Sequence[Wish], width: float, rows: int, fold_width: float) -> list[Placed]:
    """Lay labels out between 0 and `width`.

    No two in one row are closer than the gap. A label that finds no room is folded into a "+n" of `fold_width` in the
    last row, beside the nearest that it lost against; folds that would touch are merged.

    Parameters
    ----------
    rows : int
        How many rows there are. The last one is for folds only as soon as something must fold.
    """
    placed, left_over = _fill(wishes, width, rows)
    if not left_over:
        return placed
    placed, left_over = _fill(wishes, width, max(rows - 1, 0))
    return placed + _folds(left_over, width, max(rows - 1, 0), fold_width)


def _fill(wishes: Sequence[Wish], width: float, rows: int) -> tuple[list[Placed], list[Wish]]:
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    placed, left_over = [], []
    for wish in sorted(wishes, key=lambda wish: (-wish.rank, wish.x)):
        left = _inside(wish.x, wish.width, width)
        row = next((i for i, spans in enumerate(taken) if _is_free(spans, left, wish.width)), None)
        if row is None or wish.width > width:
            left_over.append(wish)
        else:
            taken[row].append((left, left + wish.width))
            placed.append(Placed((wish.key,), left, row, wish.width))
    return placed, left_over


def _inside(left: float, size: float, width: float) -> float:
    return max(0.0, min(left, width - size))


def _is_free(spans: list[tuple[float, float]], left: float, size: float) -> bool:
    return all(left >= end + GAP or left + size <= start - GAP for start, end in spans)


def _folds(wishes: list[Wish], width: float, row: int, size: float) -> list[Placed]:
    """Runs of neighbours that would touch become one fold at the middle of what it stands for."""
    groups: list[list[Wish]] = []
    for wish in sorted(wishes, key=lambda wish: wish.x):
        groups.append([wish])
        while (
            len(groups) > 1 and _fold_left(groups[-1], size, width) < _fold_left(groups[-2], size, width) + size + GAP
        ):
            groups[-2].extend(groups.pop())
    return [_fold(group, size, width, row) for group in groups]


def _fold_left(group: list[Wish], size: float, width: float) -> float:
    middle = (group[0].x + group[-1].x) / 2
    return _inside(middle - size / 2, size, width)


def _fold(group: list[Wish], size: float, width: float, row: int) -> Placed:
    keys = tuple(wish.key for wish in sorted(group, key=lambda wish: -wish.rank))
    return Placed(keys, _fold_left(group, size, width), row, size, is_fold=True)
