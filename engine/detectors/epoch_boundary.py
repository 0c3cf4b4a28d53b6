"""Spike, step or sawtooth locked to the end of the epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.detectors.blocks import Block
from engine.detectors.confidence import confidence
from engine.detectors.curve import Curve
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.period import FEWEST_PERIODS, Period, find_period
from engine.detectors.scatter import spread
from engine.events import EventKind, Severity
from engine.i18n import N_
from engine.series import LossSeries
from engine.table import Floats

FEWEST_POINTS = 24
MOST_POINTS = 32_768  # the last ones: enough for four epochs of 8000 points
SIGMAS = 5.0  # with a known epoch column: standard errors of the mean change at the boundary
FEWEST_EPOCHS = 3
GLARING = 30.0  # with a known epoch column: a change so far beyond the scatter is seen however small it is
SMALLEST = 0.08  # of the level, from the lowest to the highest point of the typical epoch: less is not worth a word

RUNNING_MEAN, REPEATED_ORDER, LAST_BATCH, STEP = 1.0, 2.0, 3.0, 4.0
SLOPES = (-1.5, -0.5)  # of log |change| against log age within the epoch: -1 for a running mean


class EpochBoundary(Hindsight):
    """Changes of the loss that come back once an epoch: one event with its period, phase and mechanism.

    With the column `epoch`: the median change of the logarithm at the boundaries differs from zero by more than 5
    standard errors. Without it: the autocorrelation of the changes has a peak at the period (`find_period`). Mechanism,
    by number: 1 a running mean that begins anew (the changes shrink as 1 / age; `unaverage` undoes it), 2 a repeated
    order of the samples, 3 a single point (a short last batch), 4 a step.

    Wrong for periods of other origin, such as an evaluation every so many steps or a cyclic learning rate.
    """

    name = "epoch_boundary"
    kinds = (EventKind.EPOCH_BOUNDARY,)
    about = N_("A spike, step or sawtooth comes back at the end of each epoch")

    def __init__(self, series: LossSeries) -> None:
        super().__init__(series)
        self._block: Block | None = None

    def look(self, block: Block) -> None:
        self._block = block
        super().look(block)

    def judge(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if self._block is None or curve.points < FEWEST_POINTS or self.has_partner:
            return []
        rows, values = self._points(self._block, curve)
        if len(values) < FEWEST_POINTS:
            return []
        changes = np.diff(curve.scaled(values))
        boundaries = self._known(self._block, rows)
        if boundaries is None:
            return self._search(curve, rows, changes)
        return self._test(curve, rows, changes, boundaries)

    def _points(self, block: Block, curve: Curve) -> tuple[np.ndarray, Floats]:
        share = min(1.0, MOST_POINTS / max(curve.points, 1))
        first = int(curve.last_row - share * (curve.last_row - block.digest.first_row))
        points = block.table.series(block.series, max(first, block.digest.first_row), curve.last_row + 1)
        finite = np.isfinite(points.values)
        if curve.softening is not None:
            finite &= points.values >= 0
        return points.rows[finite], points.values[finite]

    @staticmethod
    def _known(block: Block, rows: np.ndarray) -> np.ndarray | None:
        """Indices of the first point of each epoch, if there is an epoch column that tells them."""
        if "epoch" not in block.table:
            return None
        epoch = block.table.series("epoch", int(rows[0]), int(rows[-1]) + 1)
        if len(epoch) < len(rows):
            return None
        number = np.floor(epoch.values[np.isin(epoch.rows, rows)] + 1e-9)
        first = np.flatnonzero(np.diff(number) > 0) + 1
        enough = len(first) >= FEWEST_EPOCHS and len(rows) > 3 * len(first)
        return first if enough else None

    def _test(self, curve: Curve, rows: np.ndarray, changes: Floats, first: np.ndarray) -> Sequence[Claim]:
        # The epoch of a row is written before or after its step, so the boundary may lie one point later.
        later = first[first < len(changes)] + 1
        score, first = max(((_strength(changes, at), at) for at in (first, later)), key=lambda pair: pair[0])
        if score < SIGMAS:
            return []
        period = Period(round(float(np.median(np.diff(first)))), score, SIGMAS)
        return self._claim(curve, rows, changes, period, int(first[0]))

    def _search(self, curve: Curve, rows: np.ndarray, changes: Floats) -> Sequence[Claim]:
        period = find_period(changes)
        if period is None or period.length * FEWEST_PERIODS > len(changes):
            return []
        whole = len(changes) // period.length * period.length
        fold = np.median(changes[:whole].reshape(-1, period.length), axis=0)
        return self._claim(curve, rows, changes, period, int(np.argmax(np.abs(fold))) + 1)

    def _claim(self, curve: Curve, rows: np.ndarray, changes: Floats, period: Period, first: int) -> list[Claim]:
        starts = range(first - 1, len(changes) - period.length + 1, period.length)
        folds = [changes[i : i + period.length] for i in starts]
        typical = np.median(folds, axis=0) if folds else changes[: period.length]
        rows_each = float(np.median(np.diff(rows)))
        jump = float(np.median(np.abs([fold[0] for fold in folds]))) if folds and period.threshold == SIGMAS else 0.0
        is_glaring = period.threshold == SIGMAS and period.score > GLARING
        if max(float(np.ptp(np.cumsum(typical))), jump) < SMALLEST and not is_glaring:
            return []
        evidence = {
            "period_rows": period.length * rows_each,
            "phase_row": float(rows[first]),
            "change_at_boundary": float(typical[0]),
            "mechanism": mechanism(np.array(folds), typical),
            "score": period.score,
            "epochs_seen": float(len(folds)),
        }
        sure = confidence(EventKind.EPOCH_BOUNDARY, period.score / period.threshold)
        start, end = int(rows[first]), curve.last_row
        is_an_artefact = evidence["mechanism"] in (RUNNING_MEAN, LAST_BATCH)  # of how it is logged, of a size
        severity = Severity.INFO if is_an_artefact else Severity.WARNING
        return [Claim(EventKind.EPOCH_BOUNDARY, start, end, severity, sure, evidence, is_open=True)]


def _strength(changes: Floats, first: np.ndarray) -> float:
    """How far the changes into the points `first` stand out: by their median, or by their size.

    A running mean that begins anew jumps up or down: then the size of the jumps tells, not their median.
    """
    at = changes[first - 1]
    usual = max(spread(changes), 1e-9)
    error = max(spread(at), usual) / np.sqrt(len(at))
    return max(abs(float(np.median(at))) / error, float(np.median(np.abs(at))) / usual)


def mechanism(folds: Floats, typical: Floats) -> float:
    """Which of the four it is, from the changes of whole epochs (rows, the first at the boundary) and their median."""
    if len(folds) and folds.shape[1] >= 10:
        age = np.arange(2, folds.shape[1] + 1)
        sizes = np.median(np.abs(folds[:, 1:]), axis=0) + 1e-300
        slope = float(np.polyfit(np.log(age), np.log(sizes), 1)[0])
        if SLOPES[0] <= slope <= SLOPES[1]:
            return RUNNING_MEAN
    noise = spread(typical) + 1e-300
    if len(typical) > 2 and abs(typical[0] + typical[1]) < 0.5 * abs(typical[0]):
        return LAST_BATCH
    return STEP if abs(typical[0]) > 6 * noise else REPEATED_ORDER
