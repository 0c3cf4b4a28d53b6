"""Whether a series repeats, and with what period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from engine.detectors.scatter import spread
from engine.table import Floats

SHORTEST = 4
FEWEST_PERIODS = 4
CLIP = 6.0  # scatters: one giant must not outweigh the rest
SIGMAS = 6.0  # of the autocorrelation of white noise, 1 / sqrt(n)
SMALLEST = 0.15
AGAIN = 0.5  # of the peak: what twice the period must show


@dataclass(frozen=True)
class Period:
    """`length` in points; `score` is the height of the autocorrelation's peak above its surroundings."""

    length: int
    score: float
    threshold: float


def autocorrelation(values: Floats) -> Floats:
    """Autocorrelation at the lags 0 to n/2, by fast Fourier transform."""
    n = len(values)
    centred = values - values.mean()
    spectrum = rfft(centred, next_fast_len(2 * n, real=True))
    raw = irfft(np.abs(spectrum) ** 2)[: n // 2]
    unbiased = raw / (n - np.arange(len(raw)))
    return unbiased / unbiased[0] if unbiased[0] > 0 else np.zeros(len(raw))


def find_period(changes: Floats) -> Period | None:
    """The period of the changes from point to point, or None.

    Changes larger than 6 scatters are clipped. The period is the lag of the highest peak of the autocorrelation above
    the median of its neighbours within a quarter of the lag, if twice the lag shows at least half of it.

    Examples
    --------
    >>> saw = np.tile(np.linspace(1, 0, 20), 10) + 0.01 * np.random.default_rng(0).standard_normal(200)
    >>> find_period(np.diff(saw)).length
    20
    """
    n = len(changes)
    longest = n // FEWEST_PERIODS
    if longest < SHORTEST:
        return None
    limit = CLIP * max(spread(changes), 0.05 * float(np.std(changes)))
    peaks = autocorrelation(np.clip(changes, -limit, limit))
    lags = np.arange(SHORTEST, min(longest, len(peaks) // 2) + 1)
    lags = lags[(peaks[lags] >= peaks[lags - 1]) & (peaks[lags] >= peaks[np.minimum(lags + 1, len(peaks) - 1)])]
    threshold = max(SMALLEST, SIGMAS / np.sqrt(n))
    strong = [int(t) for t in lags[peaks[lags] > threshold] if 2 * t < len(peaks)]
    scored = [(float(peaks[t] - np.median(peaks[max(1, t - t // 4 - 1) : t + t // 4 + 2])), t) for t in strong]
    scored = [(s, t) for s, t in scored if s > threshold and peaks[2 * t - 1 : 2 * t + 2].max() > AGAIN * peaks[t]]
    if not scored:
        return None
    best = max(scored)[0]
    # Multiples of the period peak as high: the shortest that is nearly as good is the period.
    score, length = next((s, t) for s, t in sorted(scored, key=lambda item: item[1]) if s > 0.8 * best)
    return Period(length, score, threshold)
