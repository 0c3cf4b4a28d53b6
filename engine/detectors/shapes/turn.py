"""Where the last points of a short curve climb, by their order alone."""

from __future__ import annotations

import numpy as np

from engine.detectors.shapes.rises import SMALL_FACTOR, Rise
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.trend import wander
from engine.table import Floats

MOST_POINTS = 40  # more of them tell the scatter well enough for `find_rises`
IN_ORDER = 2.2  # standard deviations of Mann and Kendall's count: five points in order of size reach it
FOUR, STEEP = 1.6, np.log(1.2)  # four in order of size, whose chance is 1 in 24, have to climb by a factor of 1.2
WANDERS = 2.5  # standard deviations of the last points about the line through them


def find_turn(curve: Curve) -> Rise | None:
    """The climb from the best point of a short curve to its end, if the points after it keep the order of a climb.

    The scatter of so few points is unknown, the more so as the turn itself looks like scatter. Their order needs none:
    that five points without a trend rise all the way has a chance of 1 in 120.
    """
    if len(curve) > MOST_POINTS or curve.softening is None:
        return None
    u = curve.u
    best = int(np.flatnonzero(u == u.min())[-1])
    after = u[best + 1 :]
    third = len(after) // 3
    score = trend_score(after)
    if not third or score < FOUR:
        return None
    base = float(np.median(u[max(0, best - 1) : best + 2]))
    lasting = float(np.median(after[-max(third, 2) :])) - base
    smallest = np.log(SMALL_FACTOR) if score >= IN_ORDER else STEEP
    if lasting < max(smallest, WANDERS * wander(after)):
        return None
    peak = best + 1 + int(np.argmax(after))
    top = best + 1 + int(np.argmax(after >= base + 0.8 * (u[peak] - base)))
    return Rise(best + 1, top, peak, len(u) - 1, float(u[peak] - base), lasting, False)


def trend_score(values: Floats) -> float:
    """Mann and Kendall's count of pairs that rise less those that fall, in its standard deviations without a trend.

    Examples
    --------
    >>> round(trend_score(np.arange(5.0)), 1)
    2.2
    """
    n = len(values)
    if n < 3:
        return 0.0
    pairs = np.sign(values[None, :] - values[:, None])[np.triu_indices(n, 1)].sum()
    return float((pairs - np.sign(pairs)) / np.sqrt(n * (n - 1) * (2 * n + 5) / 18))
