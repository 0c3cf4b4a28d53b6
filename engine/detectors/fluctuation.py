"""Scatter large against the level and the progress made."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.confidence import confidence
from engine.detectors.curve import Curve
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.trend import line_through, wander
from engine.events import EventKind, Severity
from engine.i18n import N_

LARGE = 0.16  # of the level (a standard deviation of the logarithm); of the range where losses go negative
VISIBLE = 0.007  # of the progress made since the start: less scatter is lost in it
LASTS = 0.25  # of the run
EARLY = 0.05  # of the run: what starts before has been there from the start
FEWEST_POINTS = 30
GRAVE = 0.5  # scatters of progress in the stretch: below, the scatter hides whether anything is learned


class Fluctuation(Hindsight):
    """Points scatter by 16 % of the level and more, over a quarter of the run.

    The scatter is the robust standard deviation of single points about their neighbours on the logarithmic scale; where
    losses go negative, what the levels of the second half wander about a line, as a share of the range. 16 % is what
    parts the labelled fluctuations from the healthy curves of the tuning half of the corpus (healthy ones: up to 5 %).
    The trend within the stretch is evidence: a falling one makes it a note, none a warning.

    Wrong for losses that are means of few, very unequal samples (diffusion losses over random time steps): the scatter
    is real, but nothing is wrong.
    """

    name = "fluctuation"
    kinds = (EventKind.FLUCTUATION,)
    about = N_("Loss scatters widely against the progress made")

    def judge(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if curve.points < FEWEST_POINTS:
            return []
        if curve.softening is None:
            half = len(curve) // 2
            size = wander(curve.u[half:])
            return [_claim(curve, 0, len(curve), size, self.is_doubtful)] if size >= LARGE else []
        start, stop = _longest(curve.scatter >= LARGE)
        start = 0 if start < EARLY * len(curve) else start
        if stop - start < max(LASTS * len(curve), 8):
            return []
        scatter = float(np.median(curve.scatter[start:stop]))
        level = float(np.median(curve.level[start:stop]))
        if scatter * level < VISIBLE * max(curve.initial - level, 0.0):
            return []
        return [_claim(curve, start, stop, scatter, self.is_doubtful)]


def _longest(is_large: np.ndarray) -> tuple[int, int]:
    """The longest run of true bins, gaps of up to a twentieth of the curve bridged."""
    at = np.flatnonzero(is_large)
    if not len(at):
        return 0, 0
    groups = np.split(at, np.flatnonzero(np.diff(at) > max(1, len(is_large) // 20)) + 1)
    longest = max(groups, key=len)
    return int(longest[0]), int(longest[-1]) + 1


def _claim(curve: Curve, start: int, stop: int, scatter: float, is_doubtful: bool) -> Claim:
    slope = line_through(curve.u[start:stop])[0]
    progress = -slope * (stop - start)
    is_grave = progress < GRAVE * scatter and not is_doubtful
    evidence = {
        "scatter_relative": scatter,
        "progress_scatters": progress / scatter,
        "level": float(np.median(curve.level[start:stop])),
        "share_of_run": (stop - start) / len(curve),
        "still_falls": float(progress > GRAVE * scatter),
    }
    severity = Severity.WARNING if is_grave else Severity.INFO
    sure = confidence(EventKind.FLUCTUATION, scatter / LARGE)
    rows = curve.row_of(start), curve.end_of(stop - 1)
    return Claim(EventKind.FLUCTUATION, *rows, severity, sure, evidence, is_open=stop == len(curve))
