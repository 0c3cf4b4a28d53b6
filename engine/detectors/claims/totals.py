"""Terms of a loss that climb while the total falls, as the terms for boxes do once a detector finds objects at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.scales import BRIEF, FEW, UNSEEN
from engine.series import LossSeries, is_total_of
from engine.table import MetricTable


def is_of_falling_total(table: MetricTable, series: Sequence[LossSeries], name: str, start: int, end: int) -> bool:
    """Whether a series is a term of another one of its role that does not rise between two table rows.

    A total is known by its name, of which the term's has all words and more, and by never being less than the term.
    """
    own = next((s for s in series if s.name == name), None)
    if own is None:
        return False
    totals = [s.name for s in series if s is not own and s.role is own.role and is_total_of(s.name, name)]
    return any(_covers(table, total, name) and _falls(table, total, start, end) for total in totals)


def _covers(table: MetricTable, total: str, term: str) -> bool:
    whole, part = table.series(total), table.series(term)
    _rows, at, of = np.intersect1d(whole.rows, part.rows, assume_unique=True, return_indices=True)
    a, b = whole.values[at], part.values[of]
    good = np.isfinite(a) & np.isfinite(b)
    if np.count_nonzero(good) < FEW or (b[good] < 0).any():
        return False
    return bool(np.mean(b[good] <= (1 + UNSEEN) * a[good]) >= 1 - BRIEF)


def _falls(table: MetricTable, total: str, start: int, end: int) -> bool:
    """Whether the total ends no higher than it was where the stretch begins."""
    cells = table.series(total, 0, end + 1)
    rows, values = cells.rows[np.isfinite(cells.values)], cells.values[np.isfinite(cells.values)]
    first = int(np.searchsorted(rows, start, "right"))
    before, within = values[max(0, first - FEW) : max(1, first)], values[first:]
    if not len(before) or len(within) < 2 or len(within) < len(cells.values) - first:
        return False
    last = within[-max(2, len(within) // 2) :]
    return bool(
        np.median(last) <= (1 + UNSEEN) * np.median(before) and within.max() <= max(before.max(), values[:first].max())
    )
