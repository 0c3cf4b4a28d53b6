"""Spike, step or sawtooth locked to the end of the epoch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from engine.detectors.base import FIRST, LOGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.rules import runs_up
from engine.detectors.epochs.combs.comb import FEWEST_PERIODS, SHORTEST_PERIOD
from engine.detectors.epochs.contrasts import softened
from engine.detectors.epochs.jumps import FEWEST_BOUNDARIES, MOST_BOUNDARIES
from engine.detectors.epochs.known import locked_at, two_steps
from engine.detectors.epochs.mechanism import Mechanism
from engine.detectors.epochs.naming import Locking, running_mean_starts
from engine.detectors.epochs.search import brief, few, oscillates, search
from engine.detectors.epochs.season import season_of
from engine.detectors.hindsight import Claim, Hindsight
from engine.detectors.scales import BRIEF, HALF, SLIGHT
from engine.detectors.stream.blocks import Block
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.digest import MOST_SEARCHED
from engine.detectors.stream.restarts import FEWEST_SURE_RESTARTS
from engine.detectors.stream.scatter import TINY, median
from engine.events import Event, EventKind, Severity
from engine.i18n import N_, _, number
from engine.table import Floats, Rows


def _is_at_a_boundary(epochs: Event, row: int) -> bool:
    """It is within a tenth of an epoch of the end of one."""
    period, phase = epochs.evidence["period_rows"], epochs.evidence["phase_row"]
    off = (row - phase + period / 2) % period - period / 2
    beside = max(1.0, SLIGHT * period)
    return abs(off) <= beside and epochs.start - beside <= row <= epochs.end + beside


def _at_the_boundary(epochs: Event, event: Event) -> bool:
    """It starts within a tenth of an epoch of its end, and is over within one."""
    is_short = event.end - event.start < epochs.evidence["period_rows"]
    return is_short and event.start <= epochs.end and _is_at_a_boundary(epochs, event.start)


def _in_a_sawtooth(epochs: Event, event: Event) -> bool:
    """A running mean, a step at each boundary or a repeated order makes flat stretches and falls of its own."""
    first = epochs.start - epochs.evidence["period_rows"]  # the first epoch ends where the event starts
    return first <= event.start <= epochs.end and epochs.evidence["mechanism"] in SAWTEETH


def _within_an_epoch(epochs: Event, event: Event) -> bool:
    """What a sawtooth makes, or a flat stretch or a fall of one epoch at most."""
    period = epochs.evidence["period_rows"]
    is_short = epochs.start - period <= event.start <= epochs.end and event.end - event.start <= period
    return is_short or _in_a_sawtooth(epochs, event)


def _of_an_epoch(epochs: Event, event: Event) -> bool:
    """At the boundary; or shorter than an epoch where the same samples come in the same order in each."""
    is_repeated = epochs.evidence["mechanism"] == Mechanism.REPEATED_ORDER and _in_a_sawtooth(epochs, event)
    is_short = event.end - event.start < epochs.evidence["period_rows"]
    return (is_repeated and is_short) or _at_the_boundary(epochs, event)


def _climbs_a_tooth(epochs: Event, event: Event) -> bool:
    """A climb of half an epoch and more that ends with it, or what else is of an epoch."""
    length, period = event.end - event.start, epochs.evidence["period_rows"]
    is_tooth = period / 2 <= length < period and _is_at_a_boundary(epochs, event.end)
    return (is_tooth and _in_a_sawtooth(epochs, event)) or _of_an_epoch(epochs, event)


def _makes_scatter(epochs: Event, event: Event) -> bool:
    """The change at the boundary is as large as the scatter or larger."""
    change = abs(epochs.evidence["change_at_boundary"])
    return runs_up(epochs, event) and change >= event.evidence["scatter_relative"]


SAWTEETH = (Mechanism.RUNNING_MEAN, Mechanism.REPEATED_ORDER, Mechanism.STEP)
_BOUNDARIES: dict[float | None, str] = {
    Mechanism.RUNNING_MEAN: N_("Every {period} the curve jumps and settles again: the logged running mean restarts"),
    Mechanism.REPEATED_ORDER: N_("The curve repeats every {period}: the samples come in the same order"),
    Mechanism.LAST_BATCH: N_("Every {period} a single point stands out: the last mini-batch of the epoch"),
    Mechanism.STEP: N_("Every {period} the loss steps by {percent} %, always at the end of the epoch"),
    Mechanism.SPIKE: N_("Every {period} the loss jumps by {percent} % and recovers within a few points"),
    None: N_("Every {period} the curve jumps, always at the end of the epoch"),
}


def _sentence(words: EventWords) -> str:
    period = words.evidence("period_rows", "period")
    if period is None:
        return _("The curve jumps at the end of each epoch")
    mechanism, change = words.evidence("mechanism"), words.evidence("change_at_boundary")
    text = _BOUNDARIES.get(mechanism, _BOUNDARIES[None])
    if change is None and mechanism in (Mechanism.STEP, Mechanism.SPIKE):
        text = _BOUNDARIES[None]
    percent = "?" if change is None else number(100 * math.expm1(change), 2)
    return _(text).format(period=words.span(round(period)), percent=percent)


EPOCH_BOUNDARY = Kind(
    EventKind.EPOCH_BOUNDARY,
    N_("Epoch boundary"),
    _sentence,
    absorbs={
        EventKind.SPIKE: _of_an_epoch,
        EventKind.OVERSHOOT: _climbs_a_tooth,
        EventKind.LATE_RISE: _climbs_a_tooth,
        EventKind.FLUCTUATION: _makes_scatter,
        EventKind.PLATEAU: _within_an_epoch,
        EventKind.KICK_IN: _within_an_epoch,
    },
)


class EpochBoundary(Hindsight):
    """Changes of the loss that come back once an epoch: one event with its period, phase and mechanism.

    With the column `epoch` the places are known and tested (`known.locked_at`); without it, or where it never
    changes, they are searched for (`search.search`), at most every time the run has doubled. Epochs of a few points
    are compared as a whole (`season`). The mechanism (see `mechanism`) is 1 a running mean that restarts, which
    `engine.derived.undone_running_mean` undoes, 2 a repeated order of the samples, 3 a last batch of another size, 4 a
    step, 5 a spike of several steps.

    It starts at the first boundary at which something happens and ends where that is there no more; a period need not
    be a whole number of rows. Where other runs were appended (see `restarts`), their starts are no epochs, nor are
    steps at which a column `lr` jumps by the same factor or more: a floor of noise grows no faster than the rate.

    False alarms and misses on simulated losses: ``python -m tools.rates.boundary``.

    Wrong for what comes back for other reasons, such as an evaluation every so many steps or a learning rate that jumps
    in cycles, where no column holds the epochs or the rate. A running mean that logs fewer than eight points an epoch
    passes for a step, and a mechanism that hides under a running mean is missed until that is undone.
    """

    name = "epoch_boundary"
    kinds = (EventKind.EPOCH_BOUNDARY,)
    about = N_("A spike, step or sawtooth recurs at the end of each epoch")

    @staticmethod
    def example() -> dict[str, Floats]:
        sawtooth = 1 - 0.4 * (np.arange(600) % 30) / 30
        return {"loss": sawtooth * np.exp(0.02 * np.random.default_rng(0).standard_normal(600))}

    @dataclass
    class Memory(Hindsight.Memory):
        """The last block, and the result of the last search."""

        block: Block | None = None
        searched: int = 0  # points at the last search
        found: list[Claim] = field(default_factory=list)

    memory: Memory

    fewest_points = Threshold(20, "points", "in the run", "chosen on simulated runs of few epochs")
    most_points = Threshold(MOST_SEARCHED, "points", "the last ones, which are searched: four epochs of 8000", FIRST)
    fewest_epochs = Threshold(FEWEST_BOUNDARIES, "boundaries", "if a column holds them; one less of plain steps", FIRST)
    shortest_epoch = Threshold(SHORTEST_PERIOD, "points", "in shorter epochs no point is far from a boundary", FIRST)
    same_length = Threshold(BRIEF, "of the period", "what it may differ from the column's by", LOGS)
    again = Threshold(
        2.0, "times the points", "of the last search, after which the next one is due", "the cost: a search is slow"
    )
    seldom = Threshold(8.0, "times the points", "the same in runs longer than what is searched", again.source)
    near_a_restart = Threshold(
        BRIEF, "of the period", "how far from a restart a boundary may be one", "chosen on tests/made/restart_logs.py"
    )
    mostly_restarts = Threshold(
        HALF, "of the boundaries", "if more are restarts, they are no epochs", near_a_restart.source
    )
    longest_in_a_run = Threshold(
        1 / FEWEST_PERIODS,
        "of a run appended to others",
        "longer epochs could not come back in it",
        "a search needs four periods in a run",
    )

    def read(self, block: Block) -> None:
        self.memory.block = block
        super().read(block)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if self.memory.block is None or curve.points < self.fewest_points or self.has_partner:
            return []
        again = self.again if curve.points < self.most_points else self.seldom
        if curve.points > self.memory.searched if is_over else curve.points >= again * self.memory.searched:
            self.memory.searched = curve.points
            self.memory.found = self._search(self.memory.block, curve, is_over)
        return [replace(claim, end=curve.last_row) if claim.is_open else claim for claim in self.memory.found]

    def _search(self, block: Block, curve: Curve, is_over: bool) -> list[Claim]:
        rows, values = self._points(block, curve)
        if len(values) < self.fewest_points:
            return []
        u = softened(values) if curve.softening is not None else curve.scaled(values)
        if oscillates(u):
            return []
        firsts = _boundaries(block, rows)
        if firsts is None:
            # A column that never changes may still be in its first epoch.
            found = search(u) if is_over or "epoch" not in block.table else None
        elif len(firsts) < self.fewest_epochs:
            found = two_steps(u, firsts) if len(firsts) == self.fewest_epochs - 1 else None
        else:
            found = self._at_known(u, firsts)
        if found and found.mechanism is Mechanism.RUNNING_MEAN:
            found = replace(found, firsts=running_mean_starts(values, found.firsts, round(found.period)))
        if found is None or _is_scheduled(block, rows, found) or (firsts is None and self._are_restarts(rows, found)):
            return []
        return [_claim(_after_the_first_row(found), rows, curve)]

    def _are_restarts(self, rows: Rows, found: Locking) -> bool:
        """Whether what comes back is the start of other runs, or lies too far apart to be within one of them."""
        restarts = self.restarts
        if len(restarts) < FEWEST_SURE_RESTARTS:
            return False
        apart = median(np.diff(rows)) * found.period
        near = np.abs(rows[found.firsts][:, None] - restarts).min(axis=1) <= max(2, self.near_a_restart * apart)
        longest = self.longest_in_a_run * median(np.diff(restarts))
        return apart > longest or bool(near.mean() > self.mostly_restarts)

    def _at_known(self, u: Floats, firsts: Rows) -> Locking | None:
        """What happens at boundaries that a column holds; of few, sizes show more than ranks, if they lie there."""
        length = int(median(np.diff(firsts)))
        found = brief(u, season_of(u, length)) if length < self.shortest_epoch else locked_at(u, firsts)
        if found is not None or len(firsts) > MOST_BOUNDARIES + 1:  # more epochs than `few` searches for
            return found
        jumps = few(u)
        return jumps if jumps and abs(jumps.period - length) <= max(1, self.same_length * length) else None

    def _points(self, block: Block, curve: Curve) -> tuple[Rows, Floats]:
        """The last points, finite ones only."""
        share = min(1.0, self.most_points / max(curve.points, 1))
        first = int(curve.last_row - share * (curve.last_row - block.digest.first_row))
        points = block.table.series(block.series, max(first, block.digest.first_row), curve.last_row + 1)
        finite = np.isfinite(points.values)
        if curve.softening is not None:
            finite &= points.values >= 0
        return points.rows[finite], points.values[finite]


def _is_scheduled(block: Block, rows: Rows, found: Locking) -> bool:
    """Whether the learning rate, where a column holds it, changes there by as much as the loss steps, or more."""
    if found.mechanism is not Mechanism.STEP or "lr" not in block.table:
        return False
    rate = block.table.series("lr", 0, int(rows[-1]) + 1)
    if not len(rate):
        return False
    after, before = rows[np.minimum(found.firsts + 1, len(rows) - 1)], rows[np.maximum(found.firsts - 2, 0)]
    then, now = (rate.values[np.maximum(np.searchsorted(rate.rows, at, "right") - 1, 0)] for at in (before, after))
    known = (then > 0) & (now > 0)
    return bool(known.any() and median(np.abs(np.log(now[known] / then[known]))) >= abs(found.effect))


def _after_the_first_row(found: Locking) -> Locking:
    """The first row starts an epoch, but ends none."""
    later = found.firsts[found.firsts >= found.period / 2]
    return replace(found, firsts=later) if len(later) else found


def _boundaries(block: Block, rows: Rows) -> Rows | None:
    """Index of the first point of each epoch but the first, or None where no column holds them."""
    if "epoch" not in block.table:
        return None
    epoch = block.table.series("epoch", int(rows[0]), int(rows[-1]) + 1)
    if len(epoch) < len(rows):
        return None
    number = epoch.values[np.isin(epoch.rows, rows)]
    if (number % 1 > 0).any():
        number = np.ceil(number - TINY)  # a share that is done: the step that completes epoch 1 has 1.0
    if epoch.values[0] == epoch.values[-1]:
        return None  # it holds no boundary
    firsts = np.flatnonzero(np.diff(number) > 0) + 1
    return firsts[1:] if len(firsts) > 2 and firsts[0] < median(np.diff(firsts)) / 2 else firsts


def _claim(found: Locking, rows: Rows, curve: Curve) -> Claim:
    rows_each = median(np.diff(rows))
    first = int(rows[found.firsts[0]])
    evidence = {
        "period_rows": found.period * rows_each,
        "phase_row": float(first),
        "change_at_boundary": found.effect,
        "mechanism": float(found.mechanism),
        "score": found.score,
        "epochs_seen": float(len(found.firsts)),
    }
    sure = confidence(EventKind.EPOCH_BOUNDARY, found.strength)
    is_an_artefact = found.mechanism in (Mechanism.RUNNING_MEAN, Mechanism.LAST_BATCH)  # of how it is logged, of a size
    severity = Severity.INFO if is_an_artefact else Severity.WARNING
    end = curve.last_row if found.stop is None else int(rows[min(found.stop, len(rows) - 1)])
    return Claim(EventKind.EPOCH_BOUNDARY, first, end, severity, sure, evidence, is_open=found.stop is None)
