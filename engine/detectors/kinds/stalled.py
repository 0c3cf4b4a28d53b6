"""Never learned: flat to the end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.base import FIRST, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.scales import HALF, SLIGHT
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.proposed.whole import whole_features
from engine.detectors.shapes.turn import trend_score
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import TINY, median
from engine.detectors.stream.trend import line_through
from engine.events import EventKind, Severity
from engine.i18n import N_
from engine.table import Floats

STALLED = Kind(EventKind.STALLED, N_("Stalled"), N_("Loss stayed at {level} to the end: nothing was learned"))


class Stalled(Hindsight):
    """From the first tenth to the last fifth of the run the level fell by less than 0.8 scatters of its points or 3 %.

    Neither was it clearly lower in between, nor is the first loss clearly higher, nor do its points fall steadily by a
    tenth, however they scatter. Reported only when the run is over. If the level is within 2 % of ln K for a whole
    number of classes K up to 20, that is `chance_level_classes` in the evidence.

    Wrong for adversarial losses, whose balance is flat by design (reported as a note there), and for a run that was
    already trained when its log starts.
    """

    name = "stalled"
    kinds = (EventKind.STALLED,)
    about = N_("Loss is flat from the start to the end: nothing was learned")

    @staticmethod
    def example() -> dict[str, Floats]:
        return {"loss": np.log(5) * np.exp(0.02 * np.random.default_rng(0).standard_normal(300))}

    fewest_bins = Threshold(8, "bins", "in the run", FIRST)
    least_scatters = Threshold(0.8, "scatters of single points", "less progress than this is none", FIRST)
    least_progress = Threshold(0.03, "ln(loss)", "nor is less than this, where the points scatter little", FIRST)
    largest_scatter = Threshold(0.4, "ln(loss)", "with more nobody can tell that nothing was learned", FIRST)
    steady_fall = Threshold(SLIGHT, "ln(loss)", "a fall by the line through all points that is progress", FIRST)
    steady_order = Threshold(2.0, "standard deviations", "of the points' order, in such a fall", FIRST)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if not is_over or len(curve) < self.fewest_bins:
            return []
        sure = HALF if self.is_doubtful else 1.0
        features = {**whole_features(curve), **surroundings(curve, self.series)}
        return self.decided("stalled", self._ruled(curve), [Proposal(self._claim(curve, sure), features, sure)])

    def _ruled(self, curve: Curve) -> Sequence[Claim]:
        if self.has_partner or curve.softening is None:
            return []
        n, scatter = len(curve), median(curve.scatter)
        allowed = max(self.least_scatters * scatter, self.least_progress)
        if scatter > self.largest_scatter:
            return []
        first, last = _ends(curve)
        between = float(np.min(curve.smooth[n // 20 :]))
        above = (float(curve.scaled(curve.initial)) - last) / 3
        excess = max(first - last, above, (last - between) / 3, (last - first) / 2)
        if excess > allowed or self._falls_steadily(curve):
            return []
        sure = confidence(EventKind.STALLED, allowed / max(excess, TINY)) * (HALF if self.is_doubtful else 1)
        return [self._claim(curve, sure)]

    def _claim(self, curve: Curve, sure: float) -> Claim:
        level = median(curve.level)
        first, last = _ends(curve)
        evidence = {
            "level": level,
            "progress_relative": float(first - last),
            "scatter_relative": median(curve.scatter),
            "chance_level_classes": chance_classes(level),
        }
        severity = Severity.INFO if self.is_doubtful else Severity.CRITICAL
        return Claim(EventKind.STALLED, curve.row_of(0), curve.last_row, severity, sure, evidence)

    def _falls_steadily(self, curve: Curve) -> bool:
        """Whether the points fall by a tenth of the level, in an order that chance alone makes once in 40 times."""
        fall = -line_through(curve.u)[0] * len(curve)
        return fall > self.steady_fall and trend_score(curve.u) < -self.steady_order


def _ends(curve: Curve) -> tuple[float, float]:
    """The level of the first tenth of the run, and of its last fifth."""
    return median(curve.u[: max(3, len(curve) // 10)]), median(curve.u[-max(3, len(curve) // 5) :])


def chance_classes(level: float) -> float:
    """The number of classes whose chance level, ln K, this is (within 2 %, K up to 20), else NaN.

    Examples
    --------
    >>> chance_classes(1.61), chance_classes(0.2)
    (5.0, nan)
    """
    classes = np.arange(2, 21)
    off = np.abs(np.log(classes) / level - 1) if level > 0 else np.ones(len(classes))
    return float(classes[np.argmin(off)]) if off.min() < 0.02 else float("nan")
