"""Puts columns side by side that stand behind each other: all steps of one, then all steps of the next.

Trackers export their metrics so, one after the other. Where every column by itself only counts on, and only the change
from one to the next goes back, the rows of one step belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.logs.names import clocks
from engine.logs.sheet import Sheet
from engine.table import Floats, Sparse

KINDS = ("step", "epoch", "other", "time")


def side_by_side(sheet: Sheet, losses: Sequence[str]) -> Sheet:
    """The sheet with one row for each step, if its columns stand behind each other; else the sheet itself."""
    if sheet.x in sheet.columns and not _goes_back(sheet.cells(str(sheet.x)).values):
        return sheet
    counting = [n for kind in KINDS for n in clocks([n for n in sheet.columns if n not in losses], kind)]
    others = [name for name in sheet.columns if name not in counting]
    by = next((n for n in counting if _counts_each(sheet, n, others)), None) if len(others) > 1 else None
    if by is None:
        return sheet
    values = sheet.cells(by).values
    at, place = np.unique(values, return_inverse=True)
    columns: dict[str, Floats | Sparse] = {}
    for name in sheet.columns:
        cells = sheet.cells(name)
        rows, first = np.unique(place[cells.rows], return_index=True)
        kept = cells.values[first]
        columns[name] = kept if len(rows) == len(at) else Sparse(rows.astype(np.int64), kept)
    return replace(sheet, columns=columns, rows=len(at))


def _goes_back(values: Floats) -> int:
    """How often a counter is lower than in the row above."""
    return int(np.count_nonzero(np.diff(values) < 0))


def _counts_each(sheet: Sheet, name: str, others: Sequence[str]) -> bool:
    """Whether a counter goes back over the whole, is in every row, and only grows in the rows of each column."""
    cells = sheet.cells(name)
    if len(cells.values) != sheet.rows or not np.isfinite(cells.values).all():
        return False
    if not 0 < _goes_back(cells.values) < len(others):
        return False
    return all(bool((np.diff(cells.values[sheet.cells(other).rows]) > 0).all()) for other in others)
