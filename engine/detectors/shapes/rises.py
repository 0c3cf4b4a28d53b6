"""Where a curve climbs clearly above the best it had reached, and whether it came back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.detectors.scales import CLEAR, FEW, HALF, SLIGHT, SURE, UNSEEN
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median
from engine.once import once
from engine.table import Floats

RETURNED_OF_HEIGHT = CLEAR  # of the height: below this the loss is back
TOP_OF_HEIGHT = 0.8  # of the height: where the climb is over
ABRUPT_OF_RUN = 0.02  # of the run: the longest climb, to the top, that is abrupt
ONSET_OF_HEIGHT = SLIGHT  # of the height: the last bin below this, before the rise, lies in the climb or before it; the
# line from there to half of the height meets the level before where the climb starts
FEWEST_UP = 20  # points: an abrupt rise that is back sooner is a spike; chosen on logs labelled by eye
FOOT_OF_HEIGHT = UNSEEN  # of the height: the last bin below this is not part of the climb


@dataclass(frozen=True)
class Rise:
    """A stretch of the curve above its earlier best; indices are bins, heights on the curve's scale.

    Attributes
    ----------
    onset : int
        The first bin that is part of the climb.
    peak : int
        The highest bin.
    top : int
        The first bin at 80 % of the height: ``top - onset`` is how long the climb took.
    end : int
        The last bin before the loss was back; the last bin of the curve if it is not.
    height : float
        From the level before to the peak; on the logarithmic scale `exp(height)` is the factor.
    lasting : float
        From the level before to the median level between `top` and `end`.
    is_back : bool
    """

    onset: int
    top: int
    peak: int
    end: int
    height: float
    lasting: float
    is_back: bool

    @property
    def length(self) -> int:
        return self.end - self.onset + 1


@once
def find_rises(curve: Curve) -> tuple[Rise, ...]:
    """All rises of a curve in the order of time, each above the best level before it.

    A rise starts where the smoothed level is above the smallest smoothed level before it by more than 5 local standard
    deviations of neighbouring bins and by a tenth (of the range on the linear scale), and ends where it
    is back within 30 % of the height of that level. After a rise has ended the search continues from there.
    """
    if not (curve.smooth - np.minimum.accumulate(curve.smooth) > SLIGHT).any():
        return ()  # whatever the noise is, which takes longer to know
    return tuple(rises_above(curve.smooth, np.maximum(SURE * curve.noise, SLIGHT)))


def rises_above(level: Floats, threshold: Floats) -> list[Rise]:
    """The rises of a smoothed level by more than a threshold for each bin; both of shape (bins,)."""
    found = []
    at, last = 0, len(level) - 1
    while at < last:
        best = np.minimum.accumulate(level[at:])
        above = np.flatnonzero(level[at:] - best > threshold[at:])
        if not len(above):
            break
        rise = _rise(level, at, at + int(above[0]))
        found.append(rise)
        at = rise.end + 1
    return found


def _rise(level: Floats, since: int, crossed: int) -> Rise:
    floor = since + int(np.argmin(level[since : crossed + 1]))
    base = level[floor]
    excess = level[crossed:] - base
    # The loss is back when it has lost 70 % of the largest height reached so far.
    back = np.flatnonzero(excess < RETURNED_OF_HEIGHT * np.maximum.accumulate(excess))
    end = crossed + int(back[0]) - 1 if len(back) else len(level) - 1
    peak = crossed + int(np.argmax(level[crossed : end + 1]))
    height = float(level[peak] - base)
    half = crossed + int(np.argmax(level[crossed : end + 1] >= base + HALF * height))
    onset = min(floor + int(np.flatnonzero(level[floor : half + 1] <= base + ONSET_OF_HEIGHT * height)[-1]) + 1, half)
    flat = floor + int(np.flatnonzero(level[floor : onset + 1] <= base + FOOT_OF_HEIGHT * height)[-1]) + 1
    onset = min(onset, max(flat, onset - round((half - onset) * ONSET_OF_HEIGHT / (HALF - ONSET_OF_HEIGHT))))
    top = onset + int(np.argmax(level[onset : end + 1] >= base + TOP_OF_HEIGHT * height))
    lasting = float(median(level[top : end + 1]) - base)
    return Rise(onset, top, peak, end, height, lasting, bool(len(back)))


def level_before(curve: Curve, rise: Rise) -> Floats:
    """The losses of the bins before the climb, its onset included."""
    return curve.level[max(0, rise.onset - FEW) : rise.onset + 1]


def points(curve: Curve, rise: Rise) -> int:
    """How many points of the series a rise lasted."""
    return round(rise.length * curve.points / len(curve))


def rows_of(curve: Curve, rise: Rise) -> tuple[int, int]:
    """The table rows in which it climbed, those of a bin at either side included."""
    return curve.row_of(max(0, rise.onset - 1)), curve.end_of(min(rise.peak + 1, len(curve) - 1))


def is_abrupt(curve: Curve, rise: Rise) -> bool:
    """Whether it climbed to 80 % within three bins or 2 % of the run."""
    return rise.top - rise.onset <= max(2, ABRUPT_OF_RUN * len(curve))


def has_converged(curve: Curve, rise: Rise) -> bool:
    """Whether the loss had fallen to less than half of the initial one before.

    Where it goes negative: by more than half of the range of the run.
    """
    before = curve.smooth[rise.onset - 1 if rise.onset else 0]
    if curve.softening is None:
        return bool(before < curve.scaled(curve.initial) - HALF)
    return bool(before < curve.scaled(curve.initial / 2))
