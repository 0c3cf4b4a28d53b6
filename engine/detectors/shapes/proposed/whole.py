"""What a judge reads of a curve as a whole: how it scatters and what it gains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.detectors.scales import BRIEF, PARTS
from engine.detectors.shapes.proposed.surroundings import TINY, middle, residue
from engine.detectors.shapes.turn import trend_score
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import quantile
from engine.detectors.stream.trend import line_through, wander
from engine.once import once
from engine.table import Floats


@once
def whole_features(curve: Curve) -> Mapping[str, float]:
    """Features of a curve of at least five bins."""
    n, u = len(curve), curve.u
    initial = float(curve.scaled(curve.initial))
    levels = levels_of(u)
    moved = float(np.ptp([initial, *levels]))
    scatter = middle(curve.scatter) + 1e-4
    first, last = middle(u[: max(3, n // 10)]), middle(u[-max(3, n // 5) :])
    top, bottom = curve.scaled(curve.highest), curve.scaled(curve.lowest)
    reach = quantile(top - curve.smooth, 1 - BRIEF) + quantile(curve.smooth - bottom, 1 - BRIEF)
    late = quantile(curve.highest[n // 4 :], 1 - BRIEF) - quantile(curve.lowest[n // 4 :], BRIEF)
    full = float(curve.highest.max() - curve.lowest.min()) + TINY
    strays, off = wander(u[n // 2 :]), residue(curve)
    half, quarter = middle(u[n // 2 : 3 * n // 4]), middle(u[3 * n // 4 :])
    return {
        "moved": float(np.log(moved + 0.01)),
        "moved_scatters": float(np.log((moved + 0.01) / scatter)),
        "own_scatter": float(np.log(scatter)),
        "low_scatter": float(np.log(quantile(curve.scatter, 0.25) + 1e-3)),
        "high_scatter": float(np.log(quantile(curve.scatter, 0.75) + 1e-3)),
        "late_scatter": float(np.log(middle(curve.scatter[n // 2 :]) + 1e-3)),
        "late_moved": float(np.log((abs(half - quarter) + 0.002) / scatter)),
        "wander": float(np.log(strays + 1e-3)),
        "wander_scatters": float(np.log((strays + 0.002) / scatter)),
        "linear_scatter": float(np.log(middle(curve.scatter * abs(curve.level)) / (np.ptp(curve.level) + TINY) + 1e-3)),
        "late_of_range": float(np.log(max(0.0, float(late)) / full + 1e-3)),
        "reach": float(np.log((float(reach) + 0.002) / (moved + 0.02))),
        "fall": first - last,
        "fall_scatters": (first - last) / scatter,
        "above_scatters": (initial - last) / scatter,
        "between_scatters": (last - float(curve.smooth[n // 20 :].min())) / scatter,
        "order": trend_score(u[:: max(1, n // 100)]),
        "line": -float(line_through(u)[0]) * n,
        "tails": float(np.log(((off**4).mean() + 1e-12) / ((off**2).mean() ** 2 + 1e-12))),
        "rising": float((np.diff(u) > 0).mean()),
        "bin_points": float(np.log10(curve.width)),
    }


def levels_of(u: Floats) -> list[float]:
    """The medians of the parts of a curve: ten, or as many as have four points each, and two at least."""
    return [middle(part) for part in np.array_split(u, min(PARTS, max(2, len(u) // 4)))]
