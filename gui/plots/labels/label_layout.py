"""Layout of labels without overlap: in rows, folded into a count if there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP = 6.0
FEW_ROWS, MANY_ROWS = 2, 3


@dataclass(frozen=True)
class LabelRequest:
    """A label to place at `x`, with its width in pixels; a higher `rank` is placed first."""

    key: str
    x: float
    width: float
    rank: int = 0


@dataclass(frozen=True)
class Placed:
    """The place of a label; a fold stands for several keys, the most important first."""

    keys: tuple[str, ...]
    left: float
    row: int
    width: float
    is_fold: bool = False


def place(requests: Sequence[LabelRequest], width: float, rows: int, fold_width: float) -> list[Placed]:
    """Place labels between 0 and `width`.

    No two in one row are closer than the gap. Labels without room are folded into a "+n" of `fold_width` in the last
    row; folds that would touch are merged.

    Parameters
    ----------
    rows : int
        Number of rows. If labels must be folded, the last one is for folds only.
    """
    placed, left_over = _fill(requests, width, rows)
    if not left_over:
        return placed
    placed, left_over = _fill(requests, width, max(rows - 1, 0))
    return placed + _folds(left_over, width, max(rows - 1, 0), fold_width)


def _fill(requests: Sequence[LabelRequest], width: float, rows: int) -> tuple[list[Placed], list[LabelRequest]]:
    taken: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
    placed, left_over = [], []
    for request in sorted(requests, key=lambda request: (-request.rank, request.x)):
        left = _inside(request.x, request.width, width)
        row = next((i for i, spans in enumerate(taken) if _is_free(spans, left, request.width)), None)
        if row is None or request.width > width:
            left_over.append(request)
        else:
            taken[row].append((left, left + request.width))
            placed.append(Placed((request.key,), left, row, request.width))
    return placed, left_over


def _inside(left: float, size: float, width: float) -> float:
    return max(0.0, min(left, width - size))


def _is_free(spans: list[tuple[float, float]], left: float, size: float) -> bool:
    return all(left >= end + GAP or left + size <= start - GAP for start, end in spans)


def _folds(requests: list[LabelRequest], width: float, row: int, size: float) -> list[Placed]:
    """Merge neighbours that would touch into folds, each centred on its labels."""
    groups: list[list[LabelRequest]] = []
    for request in sorted(requests, key=lambda request: request.x):
        groups.append([request])
        while (
            len(groups) > 1 and _fold_left(groups[-1], size, width) < _fold_left(groups[-2], size, width) + size + GAP
        ):
            groups[-2].extend(groups.pop())
    return [_fold(group, size, width, row) for group in groups]


def _fold_left(group: list[LabelRequest], size: float, width: float) -> float:
    middle = (group[0].x + group[-1].x) / 2
    return _inside(middle - size / 2, size, width)


def _fold(group: list[LabelRequest], size: float, width: float, row: int) -> Placed:
    keys = tuple(request.key for request in sorted(group, key=lambda request: -request.rank))
    return Placed(keys, _fold_left(group, size, width), row, size, is_fold=True)
