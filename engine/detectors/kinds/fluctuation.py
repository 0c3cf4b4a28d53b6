"""Scatter large against the level and the progress made."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import Kind, Telling
from engine.detectors.claims.rules import inside
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.stream.curve import SCATTER_WIDTH, SMALLEST_PERCENTILE_BIN, Curve
from engine.detectors.stream.ranks import rank_z
from engine.detectors.stream.scatter import GAUSSIAN_80, running_median, spread
from engine.detectors.stream.trend import line_through, wander
from engine.events import Event, EventKind, Severity
from engine.i18n import N_, _
from engine.table import Floats

# Standard deviations of the logarithm: what a stretch has everywhere, and what it has at its median. Of the logs of two
# owners in three those that a person called fluctuating had 0.145 and more, the others up to 0.07, whose geometric mean
# is 0.1; a healthy loss with a scatter of just that is the yardstick of false alarms, hence a fifth more.
LARGE, USUAL = 0.1, 0.12
LARGE_WHILE_FEW = 0.16  # with less than 30 points, whose scatter is known to a quarter
FEW = 30
WIDE = 0.16  # of the range, where losses go negative
NO_WAVE = 0.02  # of the range that single points scatter by there; where they do not, the levels make a wave
# Scatters that the level moves by in the run: what swings more than that makes its progress invisible. Of 259 series
# labelled by eye, logs and small trainings, nearly all called fluctuating stay below 13.4 where points scatter by 12 %
# and below 6.8 where they scatter less, nearly all others lie above 16 and above 8: the limits are the geometric means.
# With less than 1.8 % of scatter one was called so.
MUCH, LITTLE = 14.6, 7.4
SMALL = 0.015
PARTS = 10  # of the run, whose medians tell what the level moved by
VISIBLE = 0.007  # of the progress made since the start: less scatter is lost in it
LASTS = 0.2  # of the run
EARLY = 0.05  # of the run: what starts before has been there from the start
FEWEST_POINTS = 16
STEEP = 5.0  # scatters that the loss falls by, for the fall to be apart from the scatter
DECADE = np.log(10.0)  # or by so much, which shows on any axis whatever the scatter
MADE = 0.1  # of the fall: what is left of it where it is over
SOON = 0.2  # of the run: a fall that takes longer is the run
OFF_MEDIAN = 0.73  # standard deviation, by the median, of white noise about its running median of five
CALM = 0.3  # of the scatter from bin to bin
FEWEST_BESIDE = 4  # changes on either side of an onset
GROWN = 2.0  # times: a scatter that grows by less has no onset
Z_CHANCE = -2.33  # standard deviations: one in a hundred that changes of one size before and after an onset differ so
GRAVE = 0.5  # scatters of progress in the stretch: below, the scatter hides whether anything is learned


LOST = 5.0  # scatters of the logarithm


def _is_lost_in(fluctuation: Event, spike: Event) -> bool:
    """A spike within a fluctuation, less than five of its scatters high."""
    height = math.log(max(spike.evidence.get("height_factor", 1.0), 1e-300))
    return inside(fluctuation, spike) and not height > LOST * fluctuation.evidence["scatter_relative"]


def _sentence(telling: Telling) -> str:
    falls = telling.evidence("still_falls", "trend_falls")
    if falls is None:
        return _("Loss fluctuates by more than the progress it makes")
    if falls:
        return _("Loss fluctuates by more than the progress it makes, but its trend still falls")
    return _("Loss fluctuates, and its trend no longer falls")


FLUCTUATION = Kind(EventKind.FLUCTUATION, N_("Fluctuation"), _sentence, absorbs={EventKind.SPIKE: _is_lost_in})


class Fluctuation(Hindsight):
    """Points scatter by 12 % of the level, and nowhere less than 10 %, over a fifth of the run, while little is gained.

    The scatter is the robust standard deviation of single points about their neighbours on the logarithmic scale; where
    losses go negative, what the levels of the second half wander about a line, as a share of the range: 16 % of it. In
    the run the level moves by less than 15 scatters. Once it is over, a scatter of 1.5 %, or of 2 % of the range,
    is worth a note where the level moved by less than 7.4 of them: the loss swings by as much as it gained. The trend
    within the stretch is evidence: a falling one makes a large scatter a note, none a warning.

    Wrong for losses that are means of few, very unequal samples (diffusion losses over random time steps): the scatter
    is real, but nothing is wrong. Of a run that continues a converged one it says that it gains nothing.
    """

    name = "fluctuation"
    kinds = (EventKind.FLUCTUATION,)
    about = N_("Loss fluctuates widely compared with the progress made")

    @staticmethod
    def example() -> dict[str, Floats]:
        return {"loss": np.exp(0.8 * np.random.default_rng(0).standard_normal(400))}

    def judge(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if curve.points < FEWEST_POINTS:
            return []
        if curve.softening is None:
            size = _of_negative(curve, is_over)
            return [_claim(curve, 0, len(curve), size, self.is_doubtful)] if size is not None else []
        large = LARGE if curve.points >= FEW else LARGE_WHILE_FEW
        bounds = [(large, USUAL, MUCH)]
        if is_over:
            bounds.append((SMALL, SMALL, LITTLE))
        for least, usual, most in bounds:
            found = _stretch(curve, least)
            if found is not None and usual <= found[2] and _progress(curve, *found[:2]) < most * found[2]:
                return [_claim(curve, *found, self.is_doubtful)]
        return []


def _of_negative(curve: Curve, is_over: bool) -> float | None:
    """The scatter, as a share of the range, of a loss that goes negative; None where it is none to speak of.

    Rewards and critics make such losses, with heavy tails: what a tenth of the points exceed says more than the median.
    """
    size = wander(curve.u[len(curve) // 2 :])
    if size >= WIDE and float(np.median(curve.scatter)) >= NO_WAVE:
        return size
    width = min(SCATTER_WIDTH, (len(curve) // 3 - 1) // 2 * 2 + 1)
    tenth, ninth = np.quantile(curve.u - running_median(curve.u, width), (0.1, 0.9))
    size = float(ninth - tenth) / GAUSSIAN_80
    return size if is_over and size >= NO_WAVE and _progress(curve, 0, len(curve)) < LITTLE * size else None


def _stretch(curve: Curve, least: float) -> tuple[int, int, float] | None:
    """The longest stretch of a scatter of so much everywhere and its median scatter, if it is one to speak of."""
    start, stop = _longest(curve.scatter >= least)
    start = _onset(curve, start, stop) if _grew(curve, start, stop) else _after_the_fall(curve)
    if stop - start < max(LASTS * len(curve), 8) or _is_of_few(curve, start, stop):
        return None
    scatter = float(np.median(curve.scatter[start:stop]))
    level = float(np.median(curve.level[start:stop]))
    if scatter * level < VISIBLE * max(curve.initial - level, 0.0):
        return None
    return start, stop, scatter


def _progress(curve: Curve, start: int, stop: int) -> float:
    """What the level moved by, up or down: the range of the medians of a few parts of the run and of its start.

    Of a scatter that was not there from the start what came meanwhile counts.
    """
    is_late = start > SOON * len(curve)
    u = curve.u[start:stop] if is_late else curve.u
    levels = [float(np.median(part)) for part in np.array_split(u, min(PARTS, len(u) // 4))]
    return float(np.ptp(levels if is_late else [float(curve.scaled(curve.initial)), *levels]))


def _longest(is_large: np.ndarray) -> tuple[int, int]:
    """The longest run of true bins, gaps of up to a twentieth of the curve bridged."""
    at = np.flatnonzero(is_large)
    if not len(at):
        return 0, 0
    groups = np.split(at, np.flatnonzero(np.diff(at) > max(1, len(is_large) // 20)) + 1)
    longest = max(groups, key=len)
    return int(longest[0]), int(longest[-1]) + 1


def _is_of_few(curve: Curve, start: int, stop: int) -> bool:
    """Whether a few spikes, each of which touches three second differences, make the scatter and the rest is calm."""
    if stop - start > SCATTER_WIDTH:
        return False
    off = spread(curve.u[start:stop] - running_median(curve.u, 5)[start:stop]) / OFF_MEDIAN
    return off < CALM * float(np.median(curve.noise[start:stop]))


def _grew(curve: Curve, start: int, stop: int) -> bool:
    """Whether the scatter before the stretch was clearly smaller; if not, it has been there from the start."""
    if start < EARLY * len(curve) or GROWN * np.median(curve.scatter[:start]) > np.median(curve.scatter[start:stop]):
        return False
    sizes = np.abs(np.diff(curve.u[:stop], 2))
    # The running scatter of a few first points says little: the changes themselves must differ too.
    return rank_z(sizes[: start - 1], sizes[start - 1 :]) < Z_CHANCE


def _after_the_fall(curve: Curve) -> int:
    """The first bin once the steep fall at the start, which hides the scatter, is over; 0 where there is none."""
    later = float(np.median(curve.level[len(curve) // 2 :]))
    fall = float(curve.scaled(curve.initial) - curve.scaled(later))
    if fall < min(STEEP * float(np.median(curve.scatter)), DECADE):
        return 0
    made = np.flatnonzero(curve.level - later <= MADE * (curve.initial - later))
    return int(made[0]) if len(made) and made[0] <= SOON * len(curve) else 0


def _onset(curve: Curve, start: int, stop: int) -> int:
    """Where the scatter grew: the running median knows it to half its width only.

    The place that parts the changes from bin to bin into two groups of constant mean size best, as for exponential
    variables; that of the running median where they hardly differ in size, since then the scatter grew slowly.
    """
    first = max(0, start - SCATTER_WIDTH)
    last = min(stop, start + SCATTER_WIDTH)
    sizes = np.abs(np.diff(curve.u[first:last], 2)) + 1e-12
    n = len(sizes)
    if curve.width >= SMALLEST_PERCENTILE_BIN or n < 2 * FEWEST_BESIDE:
        return start
    at = np.arange(FEWEST_BESIDE, n - FEWEST_BESIDE + 1)
    sums = np.cumsum(sizes)
    before, after = sums[at - 1] / at, (sums[-1] - sums[at - 1]) / (n - at)
    best = int(np.argmin(at * np.log(before) + (n - at) * np.log(after)))
    return first + int(at[best]) + 1 if after[best] > GROWN * before[best] else start


def _claim(curve: Curve, start: int, stop: int, scatter: float, is_doubtful: bool) -> Claim:
    slope = line_through(curve.u[start:stop])[0]
    progress = -slope * (stop - start)
    is_grave = progress < GRAVE * scatter and scatter >= USUAL and not is_doubtful
    evidence = {
        "scatter_relative": scatter,
        "progress_scatters": progress / scatter,
        "level": float(np.median(curve.level[start:stop])),
        "share_of_run": (stop - start) / len(curve),
        "still_falls": float(progress > GRAVE * scatter),
    }
    severity = Severity.WARNING if is_grave else Severity.INFO
    sure = confidence(EventKind.FLUCTUATION, scatter / USUAL)
    rows = curve.row_of(start), curve.end_of(stop - 1)
    return Claim(EventKind.FLUCTUATION, *rows, severity, sure, evidence, is_open=stop == len(curve))
