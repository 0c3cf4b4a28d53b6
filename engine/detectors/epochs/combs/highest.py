"""Many combs at once: the highest mean that each reaches, before `teeth` looks at a few of them closely."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.detectors.epochs.combs.teeth import PARTIAL_PENALTY, TRIED, fewest_in_a_row
from engine.table import Floats, Rows

ALIKE = 1.4  # times the narrowest of those worked out together, whose room is as wide as the widest needs
AT_ONCE = 1 << 14  # scores, which stay near the processor


def highest_means(scores: Floats, series: Rows, periods: Floats) -> Floats:
    """The highest mean of a phase and stretch of many combs, as `best_phase` takes it but for rounding.

    Parameters
    ----------
    scores : ndarray, shape (series, points)
    series : ndarray of int, shape (combs,)
        The row of `scores` that each comb is held against.
    periods : ndarray, shape (combs,)

    Returns
    -------
    ndarray, shape (combs,)
    """
    order = np.argsort(periods, kind="stable")
    series, periods, points = series[order], periods[order], scores.shape[1]
    widths = np.ceil(periods).astype(np.int64)
    wholes = ((points - widths) / periods).astype(np.int64) + 1
    widest = int(widths.max(initial=0))
    in_a_row = np.concatenate([scores.ravel(), np.zeros(2 * widest)])  # at the end room for teeth that are not there
    edges = _edges(wholes)
    counts = np.concatenate([wholes - edges[:-1], edges[1:-1]])  # teeth from each edge on, and up to each
    is_stretch = (counts >= fewest_in_a_row(wholes)) | (counts == wholes)
    sums = np.full(counts.shape, -np.inf)
    for some in _alike(widths.tolist(), points):
        room = int(widths[some].max())
        from_each = np.ndarray((scores.size + widest, room), scores.dtype, in_a_row, strides=2 * in_a_row.strides)
        first, stop = edges[:-1, None, some], edges[1:, None, some]
        teeth = first + np.arange((stop - first).max())[:, None]
        places = np.rint(teeth * periods[some]).astype(np.int64) + series[some] * points
        before = _added(from_each[np.where(teeth < stop, places, scores.size)].sum(axis=1))
        asked = np.flatnonzero(is_stretch[:, some].any(axis=1))
        late = int(np.searchsorted(asked, TRIED))  # those from the first edges on; the others are up to the last ones
        stretches = np.concatenate([before[-1] - before[:late], before[TRIED + late - len(asked) : TRIED]])
        stretches[:, np.arange(room) >= widths[some, None]] = -np.inf
        starts = np.arange(0, stretches[0].size, room)
        sums[asked, some] = np.maximum.reduceat(stretches.reshape(len(asked), -1), starts, axis=1)
    means = np.where(is_stretch, sums / np.sqrt(np.maximum(counts, 1)) - PARTIAL_PENALTY * (counts < wholes), -np.inf)
    found = np.empty(len(periods))
    found[order] = means.max(axis=0)
    return found


def _edges(whole: Rows) -> Rows:
    """The edges between teeth of each comb, shape (edges, combs); where there are fewer teeth the last is repeated."""
    few = np.minimum(np.arange(TRIED + 1)[:, None], whole)
    return np.where(whole <= TRIED, few, np.rint(np.linspace(0, whole, TRIED + 1)).astype(np.int64))


def _alike(widths: list[int], points: int) -> Iterator[slice]:
    """Combs to work out together: neighbours of about the same width, which ascends."""
    first = 0
    for i, width in enumerate(widths):
        if width > ALIKE * widths[first] or (i - first) * points >= AT_ONCE:
            yield slice(first, i)
            first = i
    if widths:
        yield slice(first, len(widths))


def _added(parts: Floats) -> Floats:
    """The sum of what comes before each edge between parts."""
    before = np.zeros((len(parts) + 1, *parts.shape[1:]))
    for i in range(len(parts)):  # a few long rows, for which `cumsum` is slow
        np.add(before[i], parts[i], out=before[i + 1])
    return before
