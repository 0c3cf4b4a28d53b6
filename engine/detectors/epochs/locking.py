"""Whether a loss changes at places that come back: tested where the places are known, searched for where not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.special import ndtri

from engine.detectors.epochs.comb import FEWEST_PERIODS, SHORTEST, Tooth, find_tooth
from engine.detectors.epochs.contrasts import Contrast, contrasts
from engine.detectors.epochs.jumps import find_jumps
from engine.detectors.epochs.mechanism import (
    LAST_BATCH,
    REPEATED_ORDER,
    RUNNING_MEAN,
    SPIKE,
    STEP,
    WAVES,
    Shape,
    fit_shape,
    is_running_mean,
    likeness,
    residuals,
)
from engine.detectors.epochs.season import EXPLAINED, Season, find_season
from engine.detectors.epochs.teeth import best_stretch, held
from engine.detectors.stream.scatter import spread
from engine.table import Floats, Rows

SIGMAS = 4.4  # of normal scores at known places; some sixty tests are made, so about one healthy run in 2000 passes
STEP_SIGMAS = 3.7  # of steps against steps elsewhere, by their ranks: a single test, passed by one in 5000
OFF_BY = 1  # points: the epoch of a row is written before or after its step
NEAR = 2  # points that the start of a running mean is known to
SMALLEST = 0.03  # on the logarithmic scale, that is 3 % of the level: what is smaller must exceed the scatter
OSCILLATES = 0.5  # autocorrelation two or three points apart, of points that differ from their neighbours
SMALLEST_STEP = 0.1  # the same for steps: every training that draws without replacement steps down a little
VISIBLE = 0.01  # of what nine tenths of the curve span: less is not seen by anybody
PLAIN_TO_SEE = 0.07  # the same where nothing else tells of epochs; nobody minds a loss that waves by less
OF_THE_FALL = 0.3  # what steps down add up to, however small each is
CLEAR = 3.0  # standard errors of the mean epoch's shape
SMOOTHEST = 0.6  # likeness one place off as a share of likeness: a wave has nearly 1
REPEATS, REPEATS_AGAIN = 0.15, 0.5  # autocorrelation at the period, and its share at twice the period


FEWEST_SPIKES = 4  # that come back at even distances: of five at random places three often do
FEW = 12  # boundaries: up to so many the exact distribution of the ranks is used


@dataclass(frozen=True)
class Locking:
    """Something at the end of each epoch: where epochs begin (points), what it is, how strong and how sure.

    `stop` is the point at which it is there no more; None where it holds to the end.
    """

    firsts: Rows
    period: float
    mechanism: float
    effect: float
    score: float
    strength: float
    stop: int | None = None


def locked_at(u: Floats, firsts: Rows) -> Locking | None:
    """What happens at known boundaries, if anything does."""
    period = int(np.median(np.diff(firsts)))
    shifts = range(-OFF_BY, OFF_BY + 1)
    signed, unsigned = _at_best(contrasts(u, period // 2, period // 4), firsts, shifts)
    steps = steps_in_sigmas(u, firsts, period)
    highest = max(signed.score, unsigned.score)
    score = max(highest, steps)
    strength = max(likeness(u, firsts, period).strength, highest / SIGMAS, steps / STEP_SIGMAS)
    is_scatter = signed.score < SIGMAS <= unsigned.score and steps < STEP_SIGMAS
    best = max(signed, unsigned, key=lambda found: found.score)
    holding = best.firsts if highest / SIGMAS > max(1.0, steps / STEP_SIGMAS) else firsts
    found = _named(u, holding, period, shifts, score, strength, is_scatter)
    if found is None or found.mechanism in (RUNNING_MEAN, REPEATED_ORDER):
        return _named(u, firsts, period, shifts, score, strength, is_scatter) if found else None
    return replace(found, stop=_stop(holding, firsts))


def _stop(holding: Rows, firsts: Rows) -> int | None:
    """The first boundary at which it does not happen any more."""
    later = firsts[firsts > holding[-1]] if len(holding) else firsts[:0]
    return int(later[0]) if len(later) else None


@dataclass(frozen=True)
class At:
    """How high scores stand at the boundaries at which they do."""

    score: float
    firsts: Rows


def _at_best(candidates: Sequence[Contrast], firsts: Rows, shifts: range) -> tuple[At, At]:
    """The signed and the unsigned contrast with the highest score at some places."""
    best = {True: At(0.0, firsts), False: At(0.0, firsts)}
    for contrast in candidates:
        for shift in shifts:
            score, holding = _score(contrast, firsts, shift)
            if score > best[contrast.is_signed].score:
                best[contrast.is_signed] = At(score, holding)
    return best[True], best[False]


def steps_in_sigmas(u: Floats, firsts: Rows, period: int) -> float:
    """How surely the steps at the boundaries differ from those at the quarters of the epochs, by their ranks alone.

    A step is the mean of a quarter of an epoch after a place less that before it. Noise of any kind that does not know
    the epochs makes all places alike (Mann-Whitney).
    """
    width = period // 4
    sums = np.concatenate([[0.0], np.cumsum(u)])
    quarters = np.concatenate([firsts - period + quarter for quarter in (width, 2 * width, period - width)])
    here, elsewhere = (at[(at >= width) & (at <= len(u) - width)] for at in (firsts, quarters))
    if len(here) < FEWEST_PERIODS or len(elsewhere) < FEWEST_PERIODS:
        return 0.0
    steps = [sums[at + width] - 2 * sums[at] + sums[at - width] for at in (here, elsewhere)]
    return rank_sigmas(*steps)


def rank_sigmas(here: Floats, elsewhere: Floats) -> float:
    """How surely one sample lies above or below the other, in standard deviations of Gaussian noise (Mann-Whitney).

    Exact for up to twelve values, where the normal approximation is far too timid.

    Examples
    --------
    >>> round(rank_sigmas(np.arange(3.0), np.arange(10.0, 13.0)), 3)  # one of twenty orders lies as low, p = 0.05
    1.645
    """
    m, n = len(here), len(elsewhere)
    wins = float((here[:, None] > elsewhere).sum() + 0.5 * (here[:, None] == elsewhere).sum())
    fewest = min(wins, m * n - wins)
    if m > FEW:
        return float((m * n / 2 - fewest) / np.sqrt(m * n * (m + n + 1) / 12))
    counts = np.zeros(m * n + 1)
    counts[0] = 1
    for i in range(1, m + 1):  # orders by wins: the product of (1 - q^(n+i)) / (1 - q^i)
        counts[n + i :] -= counts[: max(0, m * n + 1 - n - i)].copy()
        for k in range(i, m * n + 1):
            counts[k] += counts[k - i]
    return max(0.0, -float(ndtri(counts[: int(fewest) + 1].sum() / counts.sum())))


def _score(contrast: Contrast, firsts: Rows, shift: int) -> tuple[float, Rows]:
    """As for a comb, of places that need not lie equally far apart; those half cut off by an end do not count."""
    half = contrast.reach // 2
    at = firsts + shift
    inside = (at >= half) & (at <= len(contrast.scores) - max(half, 1))
    scores = contrast.scores[at[inside]]
    if len(scores) < 2:
        return 0.0, firsts
    if contrast.is_signed and scores.mean() < 0:
        scores = -scores
    score, start, stop = best_stretch(scores)
    start, stop = held(scores, start, stop)
    missing = np.flatnonzero(inside)
    first, last = int(missing[start]), int(missing[stop - 1]) + 1
    first, last = 0 if not start else first, len(firsts) if stop == len(scores) else last
    return score, firsts[first:last]


def search(u: Floats) -> Locking | None:
    """The period and what happens once in it, if anything does."""
    candidates = contrasts(u, len(u) // FEWEST_PERIODS // 2)
    tooth = find_tooth(candidates, len(u))
    repeated = repeating_period(u, _away(len(u), tooth))
    if repeated is not None:
        period, height = repeated
        firsts = _comb(u, tooth.first % period if tooth else 0, period)
        if likeness(u, firsts, period).smoothness < SMOOTHEST:
            found = _named(u, firsts, period, range(1), height * np.sqrt(len(u)), height / REPEATS, False)
            if found and found.mechanism == REPEATED_ORDER:
                return found
    return _of_tooth(u, candidates, tooth) or few(u) or brief(u, find_season(u))


def _of_tooth(u: Floats, candidates: Sequence[Contrast], tooth: Tooth | None) -> Locking | None:
    if tooth is None:
        return None
    period = round(tooth.period)
    firsts = tooth.teeth.places[tooth.teeth.places > 0]
    near = min(3 + period // 200, period // 4)
    shifts = range(-near, near + 2)
    is_scatter = not tooth.contrast.is_signed and _at_best(candidates, firsts, shifts)[0].score < SIGMAS
    found = _named(u, firsts, period, shifts, tooth.score, tooth.strength, is_scatter)
    if found is None:
        return None
    if not _is_plain(u, found):
        return None
    stop = int(firsts[-1] + period) if tooth.teeth.has_stopped else None
    return replace(found, period=tooth.period, stop=stop)


def few(u: Floats) -> Locking | None:
    """Jumps at the few boundaries of a run of few epochs: what else cannot be named is a step."""
    found = find_jumps(u)
    if found is None:
        return None
    strength = found.score / found.threshold
    named = _named(u, found.firsts, found.period, range(1), found.score, strength, False)
    if named and named.mechanism in (LAST_BATCH, SPIKE) and len(found.firsts) < FEWEST_SPIKES:
        return None
    if named is not None or abs(found.size) < min(SMALLEST_STEP, spread(np.diff(u)) / np.sqrt(2)):
        return named
    return Locking(found.firsts, found.period, STEP, found.size, found.score, strength)


def brief(u: Floats, season: Season | None) -> Locking | None:
    """What comes back in epochs of a few points: that it jumps once in each is all that can be told.

    Where in the epoch is not: a log begins with one.
    """
    if season is None:
        return None
    at = _comb(u, 0, season.period)
    strength = season.explained / EXPLAINED
    return Locking(at, season.period, STEP, season.jump, season.explained * np.sqrt(len(u)), strength)


def _comb(u: Floats, first: int, period: int) -> Rows:
    return np.arange(first if first > 0 else period, len(u), period)


def repeating_period(u: Floats, counts: np.ndarray | None = None) -> tuple[int, float] | None:
    """The lag at which the curve's fine detail repeats, and its autocorrelation there.

    Points where `counts` is false are left out.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> repeating_period(np.tile(rng.standard_normal(70), 9) + 0.5 * rng.standard_normal(630))[0]
    70
    """
    n = len(u)
    longest = n // FEWEST_PERIODS
    if longest < SHORTEST:
        return None
    rest = residuals(u, 45)
    weight = np.ones(n) if counts is None else counts.astype(float)
    pairs = np.maximum(_together(weight, 2 * longest + 2), 0.05 * n)
    heights = _together((rest - rest.mean()) * weight, 2 * longest + 2) / pairs
    heights = heights / max(float(heights[0]), 1e-300)
    lag = SHORTEST + int(np.argmax(heights[SHORTEST : longest + 1]))
    best = float(heights[lag])
    if best < max(REPEATS, 6 / np.sqrt(pairs[lag])) or heights[2 * lag - 1 : 2 * lag + 2].max() < REPEATS_AGAIN * best:
        return None
    for shorter in range(SHORTEST, lag // 2 + 1):
        if heights[shorter] > 0.8 * best and heights[2 * shorter] > 0.8 * best:
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
    rest = residuals(u, 45)
    heights = _together(rest - rest.mean(), 4)
    return bool(heights[1] < 0 and heights[2:].max() > OSCILLATES * heights[0])


def _together(values: Floats, lags: int) -> Floats:
    """Sum of the products of values so many points apart."""
    size = next_fast_len(len(values) + lags, real=True)
    return irfft(np.abs(rfft(values, size)) ** 2, size)[:lags]


def _away(points: int, tooth: Tooth | None) -> np.ndarray | None:
    """Points that a tooth does not touch: what happens once an epoch is no repeated order."""
    if tooth is None:
        return None
    age = (np.arange(points) - tooth.first) % tooth.period
    before, after = min(10, tooth.period // 5), min(30, 2 * tooth.period // 5)
    return (age >= after) & (age < tooth.period - before)


def _named(
    u: Floats, firsts: Rows, period: int, shifts: range, score: float, strength: float, is_scatter: bool
) -> Locking | None:
    """The mechanism, in the order in which one mimics the others; None where nothing is worth a word.

    `is_scatter`: single points lie far off, up and down, and nothing else is seen.
    """
    at = _restless(u, firsts, shifts)
    if is_running_mean(u, at, period):
        jump = float(np.median(np.abs(u[at] - u[at - 1])))
        return Locking(at, period, RUNNING_MEAN, jump, score, max(strength, 2.0))
    if strength < 1:
        return None
    like = likeness(u, firsts, period)
    if like.strength > 1:
        size = float(np.sqrt(like.alike) * np.std(residuals(u, period)))
        return Locking(firsts, period, REPEATED_ORDER, size, score, strength) if size > SMALLEST / 2 else None
    if is_scatter:
        return _scattered(u, firsts, period, shifts, score, strength)
    shape = fit_shape(u, firsts, period, shifts)
    return _shaped(u, firsts, period, shape, score, strength) if shape else None


def _restless(u: Floats, firsts: Rows, shifts: range) -> Rows:
    """The boundaries moved to where the largest changes are."""
    sizes = [float(np.mean(np.sqrt(np.abs(u[at] - u[at - 1])))) for at in (_inside(u, firsts + s) for s in shifts)]
    return _inside(u, firsts + shifts[int(np.argmax(sizes))])


def beginnings(values: Floats, firsts: Rows, period: int) -> Rows:
    """The boundaries of a running mean, moved by a point or two to where it begins anew.

    Taken apart from a wrong place, it would give one loss of many times the size: so a change counts as often as there
    are steps in the mean, all but the change into the first. `values` are as they were logged.

    Examples
    --------
    >>> loss = np.random.default_rng(0).random((4, 50))
    >>> means = (np.cumsum(loss, axis=1) / np.arange(1, 51)).ravel()
    >>> beginnings(means, np.array([51, 101, 151]), 50)
    array([ 50, 100, 150])
    """
    around = firsts[:, None] + np.arange(-NEAR, NEAR + 1)
    around = around[(around[:, 0] >= 1) & (around[:, -1] < len(values))]
    if not len(around):
        return firsts
    sizes = np.median(np.abs(values[around] - values[around - 1]), axis=0)
    at = np.arange(len(sizes))
    ages = np.where(at[None, :] < at[:, None], period, at[None, :] - at[:, None] + 1)
    np.fill_diagonal(ages, 0)
    return _inside(values, firsts + int(np.argmin(ages @ sizes)) - NEAR)


def _inside(u: Floats, at: Rows) -> Rows:
    return at[(at >= 1) & (at < len(u))]


def _shaped(u: Floats, firsts: Rows, period: int, shape: Shape, score: float, strength: float) -> Locking | None:
    smallest = SMALLEST_STEP if shape.mechanism == STEP else SMALLEST
    least = max(min(smallest, spread(np.diff(u)) / np.sqrt(2)), VISIBLE * _span(u))
    if shape.certainty < CLEAR or shape.rest > WAVES * abs(shape.effect) or abs(shape.effect) < least:
        return None
    return Locking(_inside(u, firsts + shape.shift), period, shape.mechanism, shape.effect, score, strength)


def _is_plain(u: Floats, found: Locking) -> bool:
    """Whether each change is plain to see, or steps down make up much of the fall."""
    if found.mechanism not in (STEP, SPIKE):
        return True
    span = _span(u)
    falls = found.mechanism == STEP and -found.effect * len(found.firsts) > OF_THE_FALL * span
    return falls or abs(found.effect) >= PLAIN_TO_SEE * span


def _span(u: Floats) -> float:
    low, high = np.quantile(u, (0.05, 0.95))
    return float(high - low)


def _scattered(u: Floats, firsts: Rows, period: int, shifts: range, score: float, strength: float) -> Locking | None:
    """A last batch of few samples: no mean effect, but one point an epoch far off."""
    noise = spread(np.diff(u)) / np.sqrt(2)
    places = [(_off(u, firsts + shift - 1), firsts + shift) for shift in shifts]
    off, best = max(places, key=lambda place: place[0])
    return (
        Locking(_inside(u, best), period, LAST_BATCH, off, score, strength) if off > min(SMALLEST, 2 * noise) else None
    )


def _off(u: Floats, at: Rows) -> float:
    """How far the points at some places are from the means of their neighbours, typically."""
    at = at[(at >= 2) & (at < len(u) - 2)]
    beside = (u[at - 2] + u[at - 1] + u[at + 1] + u[at + 2]) / 4
    return float(np.median(np.abs(u[at] - beside))) if len(at) else 0.0
