"""Scatter large against the level and the progress made."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from engine.detectors.base import FIRST, LOGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.claims.rules import inside, unless_likelier
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.scales import BRIEF, FEW, HALF, LONG, PARTS, SLIGHT, SURE, UNSEEN
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.proposed.whole import levels_of, whole_features
from engine.detectors.stream.curve import SCATTER_BINS, Curve
from engine.detectors.stream.ranks import rank_z
from engine.detectors.stream.scatter import NOTHING, TENTHS, TINY, median, spread
from engine.detectors.stream.trend import line_through, wander
from engine.events import Event, EventKind, Severity
from engine.i18n import N_, _
from engine.table import Floats


def _is_lost_in(fluctuation: Event, spike: Event) -> bool:
    """A spike within a fluctuation, less than five of its scatters high."""
    height = math.log(max(spike.evidence.get("height_factor", 1.0), NOTHING))
    return inside(fluctuation, spike) and not height > SURE * fluctuation.evidence["scatter_relative"]


def _sentence(words: EventWords) -> str:
    falls = words.evidence("still_falls", "trend_falls")
    if falls is None:
        return _("Loss fluctuates by more than the progress it makes")
    if falls:
        return _("Loss fluctuates by more than the progress it makes, but its trend still falls")
    return _("Loss fluctuates, and its trend no longer falls")


FLUCTUATION = Kind(
    EventKind.FLUCTUATION,
    N_("Fluctuation"),
    _sentence,
    absorbs={EventKind.SPIKE: unless_likelier(_is_lost_in)},
)


class Fluctuation(Hindsight):
    """Points scatter by 12 % of the level, and nowhere less than 10 %, over a fifth of the run, while little is gained.

    The scatter is the robust standard deviation of single points about their neighbours on the logarithmic scale; where
    losses go negative, what the levels of the second half wander about a line, as a share of the range. In the run the
    level moves by less than 15 scatters. Once it is over, a judge adds what scatters less and gains as little. The
    trend within the stretch is evidence: a falling one makes a large scatter a note, none a warning.

    Wrong for losses that are means of few, very unequal samples (diffusion losses over random time steps): the scatter
    is real, but nothing is wrong. A run that continues a converged one is reported too, as it gains nothing.
    """

    name = "fluctuation"
    kinds = (EventKind.FLUCTUATION,)
    about = N_("Loss fluctuates widely compared with the progress made")

    @staticmethod
    def example() -> dict[str, Floats]:
        return {"loss": np.exp(0.8 * np.random.default_rng(0).standard_normal(400))}

    least_scatter = Threshold(SLIGHT, "standard deviations of ln(loss)", "what the stretch must scatter by", LOGS)
    usual_scatter = Threshold(
        0.12,
        "standard deviations of ln(loss)",
        "what it must scatter by at its median",
        "a fifth more than `least_scatter`, which a healthy loss with just that scatter must not reach by chance",
    )
    wide = Threshold(LONG, "of the range", "what the levels must wander by where losses go negative", LOGS)
    no_wave = Threshold(UNSEEN, "of the range", "what single points must scatter by there; else it is a wave", LOGS)
    hidden_progress = Threshold(
        15.0,
        "× scatter",
        "if the level moves by less in the run, the scatter makes its progress invisible",
        "between what series called fluctuating by eye have, below 13.4, and others, above 16, of 259",
    )
    small_scatter = Threshold(UNSEEN, "standard deviations of ln(loss)", "what a judge is asked of from", LOGS)
    lost = Threshold(UNSEEN, "of the progress since the start", "a smaller scatter is lost in it", LOGS)
    lasts = Threshold(LONG, "of the run", "the scatter must last", LOGS)
    fewest_bins = Threshold(FEW, "bins", "the same in short runs", LOGS)
    early = Threshold(BRIEF, "of the run", "a scatter that starts before has been there from the start", FIRST)
    fewest_points = Threshold(PARTS, "points", "in the run", LOGS)
    long_fall = Threshold(LONG, "of the run", "a fall that takes longer is the run itself", LOGS)
    calm = Threshold(
        SLIGHT, "of the scatter from bin to bin", "what points scatter about their median by, where few make all", LOGS
    )
    fewest_beside = Threshold(FEW, "changes", "on either side of an onset", LOGS)
    grown = Threshold(2.0, "times", "what the scatter must grow by to have an onset", LOGS)
    by_chance = Threshold(
        -2.0, "standard deviations", "of the ranks of changes before and after an onset", "a usual limit"
    )
    still_falls = Threshold(
        HALF, "× scatter", "of progress in the stretch; with less, whether anything is learned cannot be seen", FIRST
    )

    scatters_less = Threshold(HALF, "of the median scatter", "what a stretch that is apart scatters by", LOGS)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        claims = self._ruled(curve)
        if not is_over or len(curve) < self.fewest_points:
            return claims
        features = {**whole_features(curve), **surroundings(curve, self.series)}
        start, stop = self._widest(curve)
        scatter = max(median(curve.scatter[start:stop]), TINY)
        swings = scatter >= self.small_scatter
        proposals = [Proposal(self._claim(curve, start, stop, scatter), features)] if swings else []
        return self.decided("fluctuation", claims, proposals)

    def _widest(self, curve: Curve) -> tuple[int, int]:
        """The stretch that is proposed, whatever its scatter: from its first bin to the one after its last."""
        if curve.softening is None:
            return 0, len(curve)
        least = min(self.least_scatter, self.scatters_less * median(curve.scatter))
        start, stop = _longest(curve.scatter >= least)
        start = self._onset(curve, start, stop) if self._grew(curve, start, stop) else self._after_the_fall(curve)
        return (start, stop) if start < stop else (0, len(curve))

    def _ruled(self, curve: Curve) -> Sequence[Claim]:
        if curve.points < self.fewest_points:
            return []
        if curve.softening is None:
            size = self._of_negative(curve)
            return [self._claim(curve, 0, len(curve), size)] if size is not None else []
        found = self._stretch(curve, self.least_scatter)
        if found is None or found[2] < self.usual_scatter:
            return []
        if self._progress(curve, *found[:2]) >= self.hidden_progress * found[2]:
            return []
        start, stop, scatter = found
        first = self._widest(curve)[0]
        return [self._claim(curve, first if first < stop else start, stop, scatter)]

    def _of_negative(self, curve: Curve) -> float | None:
        """The scatter, as a share of the range, of a loss that goes negative; None where it is too small to count."""
        size = wander(curve.u[len(curve) // 2 :])
        return size if size >= self.wide and median(curve.scatter) >= self.no_wave else None

    def _stretch(self, curve: Curve, least: float) -> tuple[int, int, float] | None:
        """The longest stretch that scatters by at least `least` and its median scatter, if it is long enough."""
        start, stop = _longest(curve.scatter >= least)
        start = self._onset(curve, start, stop) if self._grew(curve, start, stop) else self._after_the_fall(curve)
        if stop - start < max(self.lasts * len(curve), self.fewest_bins) or self._is_of_few(curve, start, stop):
            return None
        scatter = median(curve.scatter[start:stop])
        level = median(curve.level[start:stop])
        if scatter * level < self.lost * max(curve.initial - level, 0.0):
            return None
        return start, stop, scatter

    def _progress(self, curve: Curve, start: int, stop: int) -> float:
        """What the level moved by, up or down: the range of the medians of a few parts of the run and of its start.

        Where the scatter was not there from the start, only the stretch counts.
        """
        is_late = start > self.long_fall * len(curve)
        u = curve.u[start:stop] if is_late else curve.u
        levels = levels_of(u)
        return float(np.ptp(levels if is_late else [float(curve.scaled(curve.initial)), *levels]))

    def _is_of_few(self, curve: Curve, start: int, stop: int) -> bool:
        """Whether a few spikes, each of which touches three second differences, make all of the scatter."""
        if stop - start > SCATTER_BINS:
            return False
        off = spread((curve.u - curve.smooth)[start:stop])
        return off < self.calm * median(curve.noise[start:stop])

    def _grew(self, curve: Curve, start: int, stop: int) -> bool:
        """Whether the scatter before the stretch was clearly smaller; if not, it has been there from the start."""
        if start < self.early * len(curve):
            return False
        if self.grown * median(curve.scatter[:start]) > median(curve.scatter[start:stop]):
            return False
        sizes = np.abs(np.diff(curve.u[:stop], 2))
        # The running scatter of the first few points is uncertain: the changes themselves must differ too.
        return rank_z(sizes[: start - 1], sizes[start - 1 :]) < self.by_chance

    def _after_the_fall(self, curve: Curve) -> int:
        """The first bin from which the level falls no more, over a twentieth of the run, than two points differ by."""
        over = max(1, round(self.early * len(curve)))
        falls = curve.smooth[:-over] - curve.smooth[over:] > np.sqrt(2) * median(curve.scatter)
        first = int(np.argmin(falls)) if not falls.all() else 0
        return first if first <= self.long_fall * len(curve) else 0

    def _onset(self, curve: Curve, start: int, stop: int) -> int:
        """Where the scatter grew: the running median knows it to half its width only.

        The place that parts the changes from bin to bin into two groups of constant mean size best, as for exponential
        variables; that of the running median where they hardly differ in size, since then the scatter grew slowly.
        """
        first = max(0, start - SCATTER_BINS)
        last = min(stop, start + SCATTER_BINS)
        sizes = np.abs(np.diff(curve.u[first:last], 2)) + TINY
        n = len(sizes)
        if curve.width >= TENTHS or n < 2 * self.fewest_beside:
            return start
        at = np.arange(self.fewest_beside, n - self.fewest_beside + 1)
        sums = np.cumsum(sizes)
        before, after = sums[at - 1] / at, (sums[-1] - sums[at - 1]) / (n - at)
        best = int(np.argmin(at * np.log(before) + (n - at) * np.log(after)))
        return first + int(at[best]) + 1 if after[best] > self.grown * before[best] else start

    def _claim(self, curve: Curve, start: int, stop: int, scatter: float) -> Claim:
        slope = line_through(curve.u[start:stop])[0]
        progress = -slope * (stop - start)
        is_grave = progress < self.still_falls * scatter and scatter >= self.usual_scatter and not self.is_doubtful
        evidence = {
            "scatter_relative": scatter,
            "progress_scatters": progress / scatter,
            "level": median(curve.level[start:stop]),
            "share_of_run": (stop - start) / len(curve),
            "still_falls": float(progress > self.still_falls * scatter),
        }
        severity = Severity.WARNING if is_grave else Severity.INFO
        sure = confidence(EventKind.FLUCTUATION, scatter / self.usual_scatter)
        rows = curve.row_of(start), curve.end_of(stop - 1)
        return Claim(EventKind.FLUCTUATION, *rows, severity, sure, evidence, is_open=stop == len(curve))


def _longest(is_large: np.ndarray) -> tuple[int, int]:
    """The longest run of true bins, gaps of up to a twentieth of the curve bridged."""
    at = np.flatnonzero(is_large)
    if not len(at):
        return 0, 0
    groups = np.split(at, np.flatnonzero(np.diff(at) > max(1, BRIEF * len(is_large))) + 1)
    longest = max(groups, key=len)
    return int(longest[0]), int(longest[-1]) + 1
