"""Isolated spikes: up within a few points, and back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.detectors.base import FIRST, LOGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.proposals import Proposal
from engine.detectors.claims.rules import follows, runs_up
from engine.detectors.hindsight import Claim, Hindsight, Restart
from engine.detectors.scales import CLEAR, FEW, LONG, MOST_LISTED, UNSEEN
from engine.detectors.shapes.excursions import SMALL_SAMPLE_POINTS, SPIKE_SIGMAS, Excursion, Excursions
from engine.detectors.shapes.proposed.peaks import Peak, find_peaks
from engine.detectors.shapes.proposed.surroundings import surroundings
from engine.detectors.shapes.proposed.whole import whole_features
from engine.detectors.shapes.rises import (
    FEWEST_UP,
    Rise,
    find_rises,
    has_converged,
    is_abrupt,
    level_before,
    points,
)
from engine.detectors.stream.blocks import Block
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.scatter import median, spread
from engine.events import Event, EventKind, EventState, Severity
from engine.i18n import N_, _
from engine.table import Floats

WAY_BACK = 2.0  # lengths of the spike that its return may take; a first choice


def _is_way_back(spike: Event, event: Event) -> bool:
    """It follows a spike, and its own length is of the same order: a longer one merely overlaps the spike."""
    return follows(spike, event) and event.end - event.start <= WAY_BACK * (spike.end - spike.start + 1)


def _sentence(words: EventWords) -> str:
    if words.event.state is EventState.OPEN and words.is_last:
        text = _("Loss jumped from {before} to {peak} at {where} and has not come back so far")
    else:
        text = _("Loss jumped from {before} to {peak} at {where} and recovered within {duration}")
    return text.format(before=words.before, peak=words.peak, where=words.where, duration=words.duration)


SPIKE = Kind(
    EventKind.SPIKE,
    N_("Spike"),
    _sentence,
    absorbs={EventKind.KICK_IN: _is_way_back},
    echoes={EventKind.SPIKE: runs_up},
)


class Spike(Hindsight):
    """A point, or a few, far above those before; the loss returns within a few steps.

    Points are compared one by one with the 48 before them (`Excursions`), so a spike is reported in the block it
    happens in. In hindsight an abrupt rise of the whole curve (`find_rises`) that returned within a fifth of the run is
    a spike too: those decay over hundreds of steps. Once the run is over, peaks that stand out to the eye though less
    clearly are proposed by their prominence (`find_peaks`), and a fitted judge accepts or rejects them. Of more than 6
    spikes the first and the 5 highest are listed.

    False alarms: at most one in 10 000 healthy points for Gaussian, log-normal, Laplace and Student noise down to three
    degrees of freedom (``tools/rates/false_alarms.py``). Wrong where the noise itself changes at once, and blind to a
    spike on a curve that falls more steeply than the spike rises.

    Examples
    --------
    >>> from engine.detectors.watch import Watch
    >>> from engine.series import LossSeries
    >>> from engine.table import MetricTable
    >>> loss = 1 + 0.1 * np.random.default_rng(0).standard_normal(500)
    >>> loss[300] = 3.0
    >>> table = MetricTable()
    >>> table.extend({"loss": loss})
    >>> watch = Watch(table, [LossSeries("loss")], detectors=[Spike])
    >>> watch.finish()
    >>> [(e.kind.value, e.start, e.end) for e in watch.events]
    [('spike', 300, 300)]
    """

    name = "spike"
    kinds = (EventKind.SPIKE,)
    about = N_("Loss jumps up and recovers within a few steps")

    @staticmethod
    def example() -> dict[str, Floats]:
        loss = 1 + 0.1 * np.random.default_rng(0).standard_normal(300)
        loss[200] = 3.0
        return {"loss": loss}

    @dataclass
    class Memory(Hindsight.Memory):
        """Excursions so far, and the last block."""

        excursions: Excursions = field(default_factory=Excursions)
        found: list[Excursion] = field(default_factory=list)
        block: Block | None = None

    memory: Memory

    fewest_before = Threshold(FEW, "bins", "before a rise that is a spike", FIRST)
    short = Threshold(LONG, "of the run", "what returns later is no spike", FIRST)
    short_bins = Threshold(FEW, "bins", "the same in short runs", FIRST)
    small_rise = Threshold(CLEAR, "ln(loss)", "the height at which such a rise just passes", FIRST)
    higher_level = Threshold(
        CLEAR,
        "ln(loss)",
        "of a level that stays higher by less only the spike it starts with is reported",
        "chosen with 113 series labelled by eye",
    )
    grave = Threshold(2.0, "times the level", "a lower spike is a note and no warning", FIRST)
    short_run = Threshold(64, "points", "in longer runs single points are compared with those before alone", LOGS)
    fewest_points = Threshold(9, "points", "in shorter runs they are not compared with both sides", LOGS)
    beside = Threshold(3, "points", "to either side of a lone spike", LOGS)
    lone_height = Threshold(1.4, "times the points to either side", "what a lone spike must reach", LOGS)
    lone_sure = Threshold(1.5, "times as many scatters", "as a lone spike needs, for one that is low", LOGS)
    least_scatter = Threshold(0.01, "ln(loss)", "less scatter of so few points is not believed", LOGS)
    most_listed = Threshold(
        MOST_LISTED, "spikes", "of more, the first and the highest are reported", "people who label by eye name no more"
    )

    apart = Threshold(UNSEEN, "of the run", "between two spikes that are judged", FIRST)

    def read(self, block: Block) -> None:
        self.memory.block = block
        has_new = False
        for excursion in self.memory.excursions.take(block):
            has_new = True
            if self.memory.found and self.memory.found[-1].start == excursion.start:
                self.memory.found[-1] = excursion
            else:
                self.memory.found.append(excursion)
        super().read(block)
        if has_new and not block.digest.is_due:
            self._update_events(is_over=False)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        rises = find_rises(curve)
        claims = [c for r in rises if (c := self._of_rise(curve, r)) is not None]
        if is_over:
            known = [(c.start, c.end) for c in claims] + [(e.start, e.end) for e in self.memory.found]
            claims += [
                c for c in self._lone(curve) if not any(c.start <= end and start <= c.end for start, end in known)
            ]
        claims += [self._of_excursion(e) for e in self.memory.found if not self._is_covered(curve, e, rises)]
        restarts = [self.restart_within(claim.start - 1, claim.end + 1) for claim in claims]
        claims = [
            _doubted(claim) if restart is Restart.POSSIBLE else claim
            for claim, restart in zip(claims, restarts, strict=True)
            if restart is not Restart.SURE
        ]
        listed = self._listed(claims)
        return self._judged(curve, listed) if is_over else listed

    def _judged(self, curve: Curve, known: Sequence[Claim]) -> Sequence[Claim]:
        """What the fitted judge makes of all peaks, once the run is over."""
        peaks = find_peaks(curve)
        context = {**whole_features(curve), **surroundings(curve, self.series)} if peaks else {}
        proposals = [Proposal(self._of_peak(curve, peak), {**context, **peak.features}) for peak in peaks]
        sure = [p for p in proposals if self.restart_within(p.claim.start - 1, p.claim.end + 1) is Restart.NO]
        return self.decided("spike", known, sure, self.apart)[: self.most_listed]

    def _of_peak(self, curve: Curve, peak: Peak) -> Claim:
        start, end = curve.row_of(peak.start), curve.end_of(peak.end)
        if curve.width > 1 and self.memory.block is not None:
            last = curve.end_of(peak.top) + 1
            points = self.memory.block.table.series(self.series.name, curve.row_of(peak.start), last)
            highest = int(points.rows[int(np.nanargmax(points.values))])
            start, end = (highest if peak.start == peak.top else start), max(highest, curve.row_of(peak.end))
        scatter = peak.scatter * (curve.unit if curve.softening is None else abs(peak.level) + curve.softening)
        return self._claim(start, end, peak.level, peak.high, scatter, 1.0)

    def _of_rise(self, curve: Curve, rise: Rise) -> Claim | None:
        if self.has_partner or rise.onset < self.fewest_before or not (rise.is_back and self._is_short(curve, rise)):
            return None
        start, end = curve.row_of(rise.onset), curve.end_of(rise.end)
        inside = [e for e in self.memory.found if _starts_in(curve, e, rise) or e.start <= start <= e.end]
        if not inside and rise.height < curve.strays(rise.top - rise.onset):
            return None
        if inside:
            start = min(e.start for e in inside)
        level = median(level_before(curve, rise))
        scatter = float(curve.scatter[rise.onset]) * abs(level)
        peak = float(curve.highest[rise.onset : rise.end + 1].max())
        return self._claim(start, end, level, peak, scatter, rise.height / self.small_rise)

    def _of_excursion(self, e: Excursion) -> Claim:
        return self._claim(e.start, e.end, e.level, e.peak, e.scatter, e.score / e.threshold, not e.is_back)

    def _is_covered(self, curve: Curve, e: Excursion, rises: Sequence[Rise]) -> bool:
        """Whether a rise of the whole curve that is reported, as a spike or as a lasting one, starts with this one."""
        return any(
            _starts_in(curve, e, rise)
            and (self._is_short(curve, rise) if rise.is_back else self._is_lasting(curve, rise))
            for rise in rises
        )

    def _lone(self, curve: Curve) -> list[Claim]:
        """A point or two of a short run far above those to either side: once it is over, what follows counts as well.

        The baseline of `Excursions` needs eight points before its first score and many more to be sure.
        """
        is_short = self.fewest_points < len(curve) <= self.short_run
        if curve.width > 1 or curve.softening is None or not is_short:
            return []
        at = np.arange(self.beside, len(curve) - 1)
        beside = np.arange(1, self.beside + 1)
        before = at[:, None] - beside
        after = np.minimum(at[:, None] + beside, len(curve) - 1)
        sides = np.stack([np.median(curve.u[before], axis=1), np.median(curve.u[after], axis=1)])
        off = curve.u[at] - sides.max(axis=0)  # over both: what lies above the middle of a step is no spike
        scatter = max(spread(curve.u[at] - sides.mean(axis=0)), self.least_scatter)
        sure = SPIKE_SIGMAS * (1 + SMALL_SAMPLE_POINTS / len(curve)) * scatter
        threshold = max(sure, min(self.lone_sure * sure, math.log(self.lone_height)))
        high = np.flatnonzero(off > threshold)
        spikes = np.split(high, np.flatnonzero(np.diff(high) > 1) + 1) if len(high) else []
        claims = []
        for spike in spikes:
            level, peak = median(curve.level[before[spike[0]]]), float(curve.level[at[spike]].max())
            start, end = curve.row_of(int(at[spike[0]])), curve.end_of(int(at[spike[-1]]))
            height = float(off[spike].max())
            claims.append(self._claim(start, end, level, peak, scatter * level, height / threshold))
        return claims

    def _listed(self, claims: list[Claim]) -> list[Claim]:
        """The first of many and the highest of the others."""
        if len(claims) <= self.most_listed:
            return claims
        first = min(claims, key=lambda claim: claim.start)
        others = sorted((claim for claim in claims if claim is not first), key=_height, reverse=True)
        return [first, *others[: self.most_listed - 1]]

    def _longest(self, curve: Curve) -> float:
        """Bins in which a spike must return."""
        return max(self.short_bins, self.short * len(curve))

    def _is_short(self, curve: Curve, rise: Rise) -> bool:
        """Whether it returns in time; after the loss had converged, a few points are short however short the run."""
        is_of_few = points(curve, rise) < FEWEST_UP and has_converged(curve, rise)
        return is_abrupt(curve, rise) and (rise.length <= self._longest(curve) or is_of_few)

    def _is_lasting(self, curve: Curve, rise: Rise) -> bool:
        return rise.length > self._longest(curve) and rise.lasting >= self.higher_level

    def _claim(
        self,
        start: int,
        end: int,
        level: float,
        peak: float,
        scatter: float,
        strength: float,
        is_open: bool = False,
    ) -> Claim:
        factor = peak / level if level > 0 else float("nan")
        evidence = {
            "level_before": level,
            "peak": peak,
            "height_factor": factor,
            "scatter": scatter,
            "height_scatters": (peak - level) / scatter if scatter else float("inf"),
            "length_rows": end - start + 1,
        }
        severity = Severity.WARNING if factor >= self.grave else Severity.INFO
        return Claim(EventKind.SPIKE, start, end, severity, confidence(EventKind.SPIKE, strength), evidence, is_open)


def _starts_in(curve: Curve, e: Excursion, rise: Rise) -> bool:
    return curve.row_of(max(0, rise.onset - 1)) <= e.start <= curve.end_of(rise.end)


def _doubted(claim: Claim) -> Claim:
    """The same with half the confidence, as it may be the start of another run."""
    return replace(claim, severity=Severity.INFO, confidence=claim.confidence / 2)


def _height(claim: Claim) -> float:
    """What spikes are ranked by: the factor over the level, or the height in scatters where the level is negative."""
    factor = claim.evidence["height_factor"]
    return factor if np.isfinite(factor) else claim.evidence["height_scatters"]
