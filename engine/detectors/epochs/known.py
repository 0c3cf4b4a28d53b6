"""Whether a loss changes at the ends of epochs that a column holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from engine.detectors.epochs.combs.comb import FEWEST_PERIODS
from engine.detectors.epochs.combs.teeth import best_stretch, held
from engine.detectors.epochs.contrasts import QUARTERS, Contrast, contrasts
from engine.detectors.epochs.mechanism import Mechanism, likeness
from engine.detectors.epochs.naming import SMALLEST_STEP, Candidate, Locking, name_mechanism
from engine.detectors.scales import FEW
from engine.detectors.stream.ranks import rank_sigmas
from engine.detectors.stream.scatter import TINY, median
from engine.table import Floats, Rows
from engine.values import dataclass

# Standard deviations of normal scores at known places; some sixty tests are made, so about one healthy run in 2000
# passes (`python -m tools.rates.boundary`).
SCORE_SIGMAS = 4.4
STEP_SIGMAS = 3.7  # of steps against steps elsewhere, by their ranks: a single test, passed by one in 5000
TIMES_OTHER_STEPS = 2.0  # times the largest step elsewhere: what both boundaries of three epochs have to show
OFF_BY_POINTS = 1  # the epoch of a row is written before or after its step

OFF_BY = range(-OFF_BY_POINTS, OFF_BY_POINTS + 1)


@dataclass(frozen=True)
class Held:
    """How high scores are, in standard deviations, and the boundaries (point indices) at which they are high."""

    score: float
    firsts: Rows


def locked_at(u: Floats, firsts: Rows) -> Locking | None:
    """What happens at known boundaries, if anything does.

    Parameters
    ----------
    u : ndarray, shape (points,)
        The curve on the scale on which its scatter is homogeneous.
    firsts : ndarray of int, shape (epochs,)
        Point indices into `u` of the first points of the epochs.
    """
    period = int(median(np.diff(firsts)))
    signed, unsigned = highest_contrasts(contrasts(u, period // 2, period // QUARTERS), firsts, OFF_BY)
    steps = steps_in_sigmas(u, firsts, period)
    best = max(signed, unsigned, key=lambda found: found.score)
    candidate = Candidate(
        u,
        best.firsts if best.score / SCORE_SIGMAS > max(1.0, steps / STEP_SIGMAS) else firsts,
        period,
        score=max(best.score, steps),
        strength=max(likeness(u, firsts, period).strength, best.score / SCORE_SIGMAS, steps / STEP_SIGMAS),
        shifts=OFF_BY,
        is_scatter=signed.score < SCORE_SIGMAS <= unsigned.score and steps < STEP_SIGMAS,
    )
    found = name_mechanism(candidate)
    if found is None:
        return None
    if found.mechanism in (Mechanism.RUNNING_MEAN, Mechanism.REPEATED_ORDER):
        return name_mechanism(replace(candidate, firsts=firsts))  # what every epoch does
    return replace(found, stop=_stop(candidate.firsts, firsts))


def two_steps(u: Floats, firsts: Rows) -> Locking | None:
    """Steps at the two boundaries of three epochs: too few for ranks, so each is twice as high as any other step.

    Parameters
    ----------
    u : ndarray, shape (points,)
    firsts : ndarray of int, shape (2,)
        Point indices into `u` of the first points of the second and the third epoch.
    """
    period = int(firsts[1] - firsts[0])
    width = max(FEW, period // QUARTERS)
    at = np.arange(width, len(u) - width + 1)
    if firsts[0] < 2 * width or len(u) - firsts[1] < 2 * width:
        return None
    sums = np.concatenate([[0.0], np.cumsum(u)])
    steps = (sums[at + width] - 2 * sums[at] + sums[at - width]) / width
    here = np.array([max(steps[first - width + off] for off in OFF_BY) for first in firsts])
    down = np.array([min(steps[first - width + off] for off in OFF_BY) for first in firsts])
    here = here if np.abs(here).min() > np.abs(down).min() else down
    others = np.abs(steps[np.abs(at[:, None] - firsts).min(axis=1) > width])
    elsewhere = float(others.max(initial=TINY))
    strength = float(np.abs(here).min()) / (TIMES_OTHER_STEPS * elsewhere)
    if strength < 1 or np.abs(here).min() < SMALLEST_STEP or here[0] * here[1] < 0:
        return None
    score = float(np.abs(here).min()) / max(float(np.sqrt((others**2).mean())), TINY)
    return Candidate(u, firsts, period, score, strength).named(Mechanism.STEP, median(here))


def highest_contrasts(candidates: Sequence[Contrast], firsts: Rows, shifts: range) -> tuple[Held, Held]:
    """The signed and the unsigned contrast with the highest score at some places (point indices)."""
    best = {True: Held(0.0, firsts), False: Held(0.0, firsts)}
    for contrast in candidates:
        for shift in shifts:
            found = _score(contrast, firsts, shift, best[contrast.is_signed].score)
            if found is not None:
                best[contrast.is_signed] = found
    return best[True], best[False]


def steps_in_sigmas(u: Floats, firsts: Rows, period: int) -> float:
    """How surely the steps at the boundaries differ from those at the quarters of the epochs, by their ranks alone.

    A step is the mean of a quarter of an epoch after a place less that before it. Noise of any kind that does not know
    the epochs makes all places alike (Mann-Whitney).

    Parameters
    ----------
    u : ndarray, shape (points,)
    firsts : ndarray of int, shape (epochs,)
        Point indices into `u`.
    period : int
        Points from one to the next.
    """
    width = period // QUARTERS
    sums = np.concatenate([[0.0], np.cumsum(u)])
    quarters = np.concatenate([firsts - period + quarter for quarter in (width, 2 * width, period - width)])
    here, elsewhere = (at[(at >= width) & (at <= len(u) - width)] for at in (firsts, quarters))
    if len(here) < FEWEST_PERIODS or len(elsewhere) < FEWEST_PERIODS:
        return 0.0
    steps = [sums[at + width] - 2 * sums[at] + sums[at - width] for at in (here, elsewhere)]
    return rank_sigmas(*steps)


def _stop(holding: Rows, firsts: Rows) -> int | None:
    """The first boundary at which it does not happen any more."""
    later = firsts[firsts > holding[-1]] if len(holding) else firsts[:0]
    return int(later[0]) if len(later) else None


def _score(contrast: Contrast, firsts: Rows, shift: int, least: float) -> Held | None:
    """As for a comb, of places that need not lie equally far apart; those half cut off by an end do not count.

    None if it is not higher than `least`.
    """
    half = contrast.reach // 2
    at = firsts + shift
    inside = (at >= half) & (at <= len(contrast.scores) - max(half, 1))
    scores = contrast.scores[at[inside]]
    if len(scores) < 2:
        return None
    if contrast.is_signed and scores.mean() < 0:
        scores = -scores
    highest = best_stretch(scores, least)
    if highest is None:
        return None
    score, start, stop = highest
    start, stop = held(scores, start, stop)
    missing = np.flatnonzero(inside)
    first, last = int(missing[start]), int(missing[stop - 1]) + 1
    first, last = 0 if not start else first, len(firsts) if stop == len(scores) else last
    return Held(score, firsts[first:last])
