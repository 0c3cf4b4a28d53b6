"""Recognises a first row that is of one mini-batch where each later row is a sum over the steps since the one before.

spaCy evaluates before it trains, and prints the loss of one mini-batch beside the sums of all later rows: a loss that
is hundreds of times as large in the second row as in the first, in every healthy training. What tells it from steps
that are too large is that the factor is the number of steps between two rows, and that what is scored gets better in
the very row in which the loss grows, or that several losses say the same.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.logs.names import is_score
from engine.logs.sheet import Sheet
from engine.run_warnings import RunWarning, WarningKind
from engine.series import Role, role_of
from engine.table import Sparse

FEWEST_ROWS = 4
FEWEST_STEPS = 10  # between two rows
LEAST_FACTOR = 5.0
# Of the steps between two rows: by the second row the loss of a step may have fallen, or be that of a larger batch.
LEAST_OF_STEPS, MOST_OF_STEPS = 0.05, 1.6
LEAST_OF_STEPS_UNSEEN = 0.3  # where no score says that the model got better
EVEN = 0.5  # how far the steps between other rows may be from those between the first two, as a share


def first_row_apart(sheet: Sheet, losses: Sequence[str], x: str | None) -> list[RunWarning]:
    """A warning if the first row of a sheet is of one mini-batch and the later ones are sums; else none."""
    steps = _steps_between(sheet, x)
    if steps is None:
        return []
    factors = [f for name in losses if role_of(name) is Role.TRAINING and (f := _factor(sheet, name)) is not None]
    if not factors or not all(f >= LEAST_FACTOR and LEAST_OF_STEPS <= f / steps <= MOST_OF_STEPS for f in factors):
        return []
    improves = _improves(sheet)
    is_sure = improves if improves is not None else len(factors) > 1 and min(factors) >= LEAST_OF_STEPS_UNSEEN * steps
    return [RunWarning(WarningKind.FIRST_ROW_APART, round(steps))] if is_sure else []


def _steps_between(sheet: Sheet, x: str | None) -> float | None:
    """The steps between two rows, if they are many and about as many everywhere."""
    if x is None or sheet.rows < FEWEST_ROWS:
        return None
    cells = sheet.cells(x)
    if cells.rows[0] != 0 or len(cells.values) < FEWEST_ROWS:
        return None
    between = np.diff(cells.values)
    if not np.isfinite(between).all() or between[0] < FEWEST_STEPS:
        return None
    return float(between[0]) if abs(np.median(between) / between[0] - 1) <= EVEN else None


def _factor(sheet: Sheet, name: str) -> float | None:
    """The second value of a loss by the first; None where the first tells nothing."""
    cells = sheet.cells(name)
    if not _begins_with(cells) or not np.isfinite(cells.values[:2]).all() or cells.values[0] <= 0:
        return None
    return float(cells.values[1] / cells.values[0])


def _improves(sheet: Sheet) -> bool | None:
    """Whether a score gets better from the first row to the second and none gets worse; None if none says so."""
    scores = [sheet.cells(name) for name in sheet.columns if is_score(name)]
    changes = [float(c.values[1] - c.values[0]) for c in scores if _begins_with(c)]
    finite = [change for change in changes if np.isfinite(change) and change != 0]
    return all(change > 0 for change in finite) if finite else None


def _begins_with(cells: Sparse) -> bool:
    return len(cells.rows) > 1 and cells.rows[0] == 0 and cells.rows[1] == 1
