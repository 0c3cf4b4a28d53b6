"""Whether something comes back in a loss at even distances, where no column holds the epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.fft import irfft, rfft

from engine.detectors.epochs.combs.comb import FEWEST_PERIODS, SHORTEST_PERIOD, Tooth, find_tooth
from engine.detectors.epochs.contrasts import FEWEST_POINTS_BESIDE, NEARLY_BEST, QUARTERS, Contrast, contrasts
from engine.detectors.epochs.jumps import find_jumps
from engine.detectors.epochs.known import SCORE_SIGMAS, highest_contrasts
from engine.detectors.epochs.mechanism import Mechanism, likeness, margins, residuals
from engine.detectors.epochs.naming import SMALLEST_STEP, Candidate, Locking, name_mechanism, point_noise, span
from engine.detectors.epochs.season import Season, find_season
from engine.detectors.scales import BRIEF, CLEAR, HALF, SLIGHT, SURE, UNSEEN
from engine.detectors.stream.filters import fast_length
from engine.detectors.stream.scatter import NOTHING
from engine.table import Floats, Rows

REPEAT_CORRELATION = 0.15  # autocorrelation at the period


def search(u: Floats) -> Locking | None:
    """The period and what happens once in it, if anything does.

    Parameters
    ----------
    u : ndarray, shape (points,)
        The curve on the scale on which its scatter is homogeneous. All places found are point indices into it.
    """
    candidates = contrasts(u, len(u) // FEWEST_PERIODS // 2)
    tooth = find_tooth(candidates, len(u))
    return _repeated(u, tooth) or _of_tooth(u, candidates, tooth) or few(u) or brief(u, find_season(u))


def _repeated(u: Floats, tooth: Tooth | None) -> Locking | None:
    """Samples that come in the same order in each epoch."""
    repeated = repeating_period(u, _away(len(u), tooth))
    if repeated is None:
        return None
    period, height = repeated
    firsts = _comb(u, tooth.first % period if tooth else 0, period)
    if likeness(u, firsts, period).smoothness >= HALF:
        return None
    score, strength = height * np.sqrt(len(u)), height / REPEAT_CORRELATION
    found = name_mechanism(Candidate(u, firsts, period, score, strength))
    return found if found and found.mechanism is Mechanism.REPEATED_ORDER else None


def _of_tooth(u: Floats, candidates: Sequence[Contrast], tooth: Tooth | None) -> Locking | None:
    if tooth is None:
        return None
    period = round(tooth.period)
    firsts = tooth.teeth.places[tooth.teeth.places > 0]
    near = min(FEWEST_POINTS_BESIDE + round(UNSEEN * period), period // QUARTERS)
    shifts = range(-near, near + 2)
    is_scatter = not tooth.contrast.is_signed and highest_contrasts(candidates, firsts, shifts)[0].score < SCORE_SIGMAS
    found = name_mechanism(Candidate(u, firsts, period, tooth.score, tooth.strength, shifts, is_scatter))
    if found is None or not _is_plain(u, found):
        return None
    stop = int(firsts[-1] + period) if tooth.teeth.has_stopped else None
    return replace(found, period=tooth.period, stop=stop)


def few(u: Floats) -> Locking | None:
    """Jumps at the few boundaries of a run of few epochs: what else cannot be named is a step."""
    found = find_jumps(u)
    if found is None:
        return None
    candidate = Candidate(u, found.firsts, found.period, found.score, found.score / found.threshold)
    named = name_mechanism(candidate)
    is_point = named is not None and named.mechanism in (Mechanism.LAST_BATCH, Mechanism.SPIKE)
    if is_point and len(found.firsts) < FEWEST_PERIODS:  # of five at random places three often lie evenly
        return None
    if named is not None or abs(found.size) < min(SMALLEST_STEP, point_noise(u)):
        return named
    return candidate.named(Mechanism.STEP, found.size)


def brief(u: Floats, season: Season | None) -> Locking | None:
    """What comes back in epochs of a few points: all that can be known is that it jumps once in each.

    Where in the epoch is unknown, so the log is taken to start with one.
    """
    if season is None:
        return None
    score, strength = season.explained * np.sqrt(len(u)), season.explained / CLEAR
    return Candidate(u, _comb(u, 0, season.period), season.period, score, strength).named(Mechanism.STEP, season.jump)


def _comb(u: Floats, first: int, period: int) -> Rows:
    return np.arange(first if first > 0 else period, len(u), period)


def repeating_period(u: Floats, counts: np.ndarray | None = None) -> tuple[int, float] | None:
    """The lag, in points, at which the curve's fine detail repeats, and its autocorrelation there.

    Parameters
    ----------
    u : ndarray, shape (points,)
    counts : ndarray of bool, shape (points,), optional
        Points where it is false are left out.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> repeating_period(np.tile(rng.standard_normal(70), 9) + 0.5 * rng.standard_normal(630))[0]
    70
    """
    n = len(u)
    longest = n // FEWEST_PERIODS
    if longest < SHORTEST_PERIOD:
        return None
    rest = residuals(u, len(u))
    weight = np.ones(n) if counts is None else counts.astype(float)
    pairs = np.maximum(_together(weight, 2 * longest + 2), BRIEF * n)
    heights = _together((rest - rest.mean()) * weight, 2 * longest + 2) / pairs
    heights = heights / max(float(heights[0]), NOTHING)
    lag = SHORTEST_PERIOD + int(np.argmax(heights[SHORTEST_PERIOD : longest + 1]))
    best = float(heights[lag])
    is_sure = best >= max(REPEAT_CORRELATION, SURE / np.sqrt(pairs[lag]))
    if not is_sure or heights[2 * lag - 1 : 2 * lag + 2].max() < HALF * best:
        return None
    for shorter in range(SHORTEST_PERIOD, lag // 2 + 1):
        if heights[shorter] > NEARLY_BEST * best and heights[2 * shorter] > NEARLY_BEST * best:
            return shorter, float(heights[shorter])
    return lag, best


def oscillates(u: Floats) -> bool:
    """Whether the fine detail swings up and down within two or three points, faster than any epoch.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> oscillates((-1.0) ** np.arange(99) + 0.3 * rng.standard_normal(99)), oscillates(rng.standard_normal(99))
    (True, False)
    """
    rest = residuals(u, len(u))
    heights = _together(rest - rest.mean(), FEWEST_PERIODS)
    return bool(heights[1] < 0 and heights[2:].max() > HALF * heights[0])


def _together(values: Floats, lags: int) -> Floats:
    """Sum of the products of values so many points apart."""
    size = fast_length(len(values) + lags)
    return irfft(np.abs(rfft(values, size)) ** 2, size)[:lags]


def _away(points: int, tooth: Tooth | None) -> np.ndarray | None:
    """Points that a tooth does not touch: what happens once an epoch is no repeated order."""
    if tooth is None:
        return None
    age = (np.arange(points) - tooth.first) % tooth.period
    before, after = margins(tooth.period)
    return (age >= after) & (age < tooth.period - before)


def _is_plain(u: Floats, found: Locking) -> bool:
    """Whether each change is plain to see, or steps down make up much of the fall."""
    if found.mechanism not in (Mechanism.STEP, Mechanism.SPIKE):
        return True
    falls = found.mechanism is Mechanism.STEP and -found.effect * len(found.firsts) > CLEAR * span(u)
    return falls or abs(found.effect) >= SLIGHT * span(u)
