"""Where the last points of a short curve climb, by their order alone."""

from __future__ import annotations

import numpy as np

from engine.detectors.scales import MANY, SLIGHT
from engine.detectors.shapes.rises import TOP_OF_HEIGHT, Rise
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median
from engine.table import Floats

IN_ORDER = 2.0  # standard deviations of Mann and Kendall's count, which five points in order of size reach


def find_turn(curve: Curve) -> Rise | None:
    """The climb from the best point of a short curve to its end, if the points after it keep the order of a climb.

    The scatter of so few points is unknown, the more so as the turn itself resembles scatter. Their order does not
    depend on it: that five points without a trend rise all the way has a chance of 1 in 120.
    """
    if len(curve) > MANY or curve.softening is None:
        return None
    u = curve.u
    best = int(np.flatnonzero(u == u.min())[-1])
    after = u[best + 1 :]
    if not len(after) or trend_score(after) < IN_ORDER:
        return None
    base = median(u[max(0, best - 1) : best + 2])
    lasting = median(after[len(after) // 2 :]) - base
    if lasting < SLIGHT:
        return None
    peak = best + 1 + int(np.argmax(after))
    top = best + 1 + int(np.argmax(after >= base + TOP_OF_HEIGHT * (u[peak] - base)))
    return Rise(best + 1, top, peak, len(u) - 1, float(u[peak] - base), lasting, False)


def trend_score(values: Floats) -> float:
    """Mann and Kendall's count of pairs that rise less those that fall, in its standard deviations without a trend.

    Examples
    --------
    >>> round(trend_score(np.arange(5.0)), 1)
    2.2
    """
    n = len(values)
    if n < 2:
        return 0.0
    pairs = np.sign(values[None, :] - values[:, None])[np.triu_indices(n, 1)].sum()
    return float((pairs - np.sign(pairs)) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18))
