"""Statistics that several groups of traits take of a stretch of values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from engine.detectors.stream.scatter import quantile
from engine.diagnosis.view import TINY, log_ratio, middle, noise
from engine.table import Floats

LAGS = (1, 2, 3, 5, 8)
MOST = 3000  # points that a statistic looks at; of more, evenly chosen ones


def few(values: Floats) -> Floats:
    """At most `MOST` of the values, evenly chosen.

    >>> len(few(np.zeros(2999))), len(few(np.zeros(3001)))
    (2999, 1501)
    """
    return values[:: max(1, -(-len(values) // MOST))]


def squeezed(value: float) -> float:
    """The inverse hyperbolic sine: linear near 0, a logarithm far from it.

    >>> squeezed(0.0), round(squeezed(1e6), 1)
    (0.0, 14.5)
    """
    return math.asinh(value) if math.isfinite(value) else float("nan")


def decimal(value: float) -> float:
    """The decimal logarithm; NaN of what has none.

    >>> decimal(100.0), decimal(0.0)
    (2.0, nan)
    """
    return math.log10(value) if math.isfinite(value) and value > 0 else float("nan")


def smooth(values: Floats, width: int) -> Floats:
    """Centred means over `width` points, of fewer at the edges; as long as the values.

    >>> smooth(np.array([0.0, 3.0, 0.0]), 3).tolist()
    [1.5, 1.0, 1.5]
    """
    half = max(0, (width - 1) // 2)
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    low, high = np.maximum(at - half, 0), np.minimum(at + half + 1, len(values))
    return np.asarray((total[high] - total[low]) / (high - low))


def means_of_parts(values: Floats, parts: int) -> Floats:
    """The mean of each of the parts that ``np.array_split`` makes, of which the first have a value more.

    >>> means_of_parts(np.array([1.0, 3.0, 5.0, 7.0, 9.0]), 2).tolist()
    [3.0, 8.0]
    """
    each, longer = divmod(len(values), parts)
    edge = longer * (each + 1)
    first, others = values[:edge].reshape(longer, each + 1), values[edge:].reshape(parts - longer, each)
    return np.concatenate([first.mean(axis=1), others.mean(axis=1)])


def correlation(a: Floats, b: Floats) -> float:
    """Pearson's; NaN of fewer than 5 points or of a constant."""
    if len(a) < 5:
        return float("nan")
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size > 0 else float("nan")


def own_correlation(values: Floats, lag: int) -> float:
    """Correlation of values with those `lag` points later; NaN of too few."""
    return correlation(values[:-lag], values[lag:]) if len(values) > lag + 5 else float("nan")


def ranks(values: Floats) -> Floats:
    return np.asarray(np.argsort(np.argsort(values)), float)


def line(values: Floats) -> tuple[float, float]:
    """Slope of the line of least squares per run of values, and its standard errors from 0; NaN of fewer than 5.

    >>> slope, errors = line(np.array([0.0, 1.0, 2.0, 3.0, 4.1]))
    >>> round(slope, 2), errors > 10
    (4.08, True)
    """
    n = len(values)
    if n < 5:
        return float("nan"), float("nan")
    at = np.linspace(-0.5, 0.5, n)
    slope = float(at @ values) / float(at @ at)
    left = values - values.mean() - slope * at
    error = math.sqrt(max(float(left @ left), TINY) / (n - 2) / float(at @ at))
    return slope, slope / max(error, TINY)


def texture(values: Floats) -> Mapping[str, float]:
    """How values scatter about their own course: correlation, skew, tails, colour, order of neighbours."""
    values = few(values)
    n = len(values)
    if n < 12:
        return {}
    left = values - smooth(values, max(5, n // 15))
    steps = np.diff(values)
    unit = max(noise(values), 1e-9 * abs(middle(values)), TINY)
    spread = float(left.std())
    low, mid, high = (quantile(left, share) for share in (0.02, 0.5, 0.98))
    found = {f"lag{lag}": own_correlation(left, lag) for lag in LAGS}
    powers = np.abs(np.fft.rfft(left - left.mean())) ** 2
    whole, m = max(float(powers.sum()), TINY), len(powers)
    shares = powers / whole
    top = int(np.argmax(powers[1:])) + 1 if m > 2 else 0
    found |= {
        "spread": log_ratio(spread, unit),
        "tail_up": squeezed((float(left.max()) - mid) / unit),
        "tail_down": squeezed((mid - float(left.min())) / unit),
        "lean": decimal(max(high - mid, 1e-3 * unit) / max(mid - low, 1e-3 * unit)),
        "step_lean": _skew(steps),
        "same": float(np.mean(steps == 0)),
        "up": float(np.mean(steps > 0)),
        "turns": float(np.mean(np.sign(steps[1:]) * np.sign(steps[:-1]) < 0)),
        "high_power": float(shares[m // 2 :].sum()),
        "low_power": float(shares[: max(2, m // 8)].sum()),
        "top_power": float(shares[top]),
        "top_period": decimal(n / max(1, top)),
        "order": float(-(shares[1:] * np.log(shares[1:] + TINY)).sum() / math.log(max(3, m))),
        "large": squeezed(100 * float(np.mean(left > 5 * unit))),
        "small": squeezed(100 * float(np.mean(left < -5 * unit))),
    }
    return found


def _skew(values: Floats) -> float:
    spread, off = float(values.std()), values - values.mean()
    return float((off * off * off).mean() / spread**3) if spread > 0 else float("nan")  # a power is slow


def blocks(values: Floats) -> Mapping[str, float]:
    """The scatter of means of m points against that of independent points, for several m.

    It is 1 for independent points, above for a course, and near 0 where m points sum to the same again and again: all
    samples of an epoch, under weights that do not move.
    """
    found: dict[str, float] = {}
    values = few(values)
    n = len(values)
    if n < 16 or not (spread := float(np.var(values))):
        return found
    total = np.concatenate([[0.0], np.cumsum(values - values.mean())])
    least, at = 1.0, 0.0
    for size in _sizes(n):
        sums = total[size:] - total[:-size]
        ratio = float(sums @ sums) / len(sums) / (size * spread)
        if ratio < least:
            least, at = ratio, size / n
    for name, share in (("4", 0.0), ("tenth", 0.1), ("third", 0.3)):
        size = max(4, int(share * n))
        if size < n:
            sums = total[size:] - total[:-size]
            found[f"of_{name}"] = decimal(max(float(sums @ sums) / len(sums) / (size * spread), 1e-6))
    return found | {"least": decimal(max(least, 1e-9)), "least_at": at}


@lru_cache(maxsize=8)
def _sizes(points: int) -> list[int]:
    """Numbers of points, each about as many times as large as the one before, up to a third of all."""
    return sorted({max(2, round(size)) for size in np.geomspace(2, points / 3, 24)})
