"""Loss became NaN or infinite, or grew by orders of magnitude and did not return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.detectors.base import FIRST, LOGS, Threshold
from engine.detectors.claims.calibration import confidence
from engine.detectors.claims.kind import EventWords, Kind
from engine.detectors.claims.rules import inside, runs_up
from engine.detectors.hindsight import Claim, Hindsight, Restart
from engine.detectors.scales import BRIEF, HALF, MANY, PARTS, SLIGHT, TENFOLD, UNSEEN
from engine.detectors.shapes.rises import Rise, find_rises, level_before, rows_of
from engine.detectors.stream.blocks import Block
from engine.detectors.stream.curve import Curve
from engine.detectors.stream.digest import MOST_SEARCHED
from engine.detectors.stream.scatter import median
from engine.events import Event, EventKind, Severity
from engine.i18n import N_, _
from engine.table import Floats

BoolArray = NDArray[np.bool_]


def growth_onset(values: Floats, look_back: int = MANY) -> int:
    """Index of the first point of the climb that ends with the last value.

    Before a climb about half of the points lie below the median of the points before them (at most `look_back`); within
    it none do. So the climb starts after the last point that does not exceed the median of those before it. A loss that
    grows from its very first step has its onset there.

    Examples
    --------
    >>> growth_onset(np.array([5.0, 4.0, 5.0, 4.0, 8.0, 16.0, 32.0]))
    4
    """
    for i in range(len(values) - 1, 0, -1):
        before = values[max(0, i - look_back) : i]
        if values[i] <= median(before):
            return min(i + 1, len(values) - 1)
    return 0


def _sentence(words: EventWords) -> str:
    found = words.first_non_finite
    if found is None and (hidden := words.evidence("first_non_finite_row")) is not None:
        return _(
            "Loss is logged as exactly 0 while the gradient norm is NaN, from {where} on: it was not a number"
        ).format(where=words.place(int(hidden)))
    if found is None:
        return _("Loss grew from {before} to {peak}, starting at {where}, and did not recover").format(
            before=words.before, peak=words.peak, where=words.where
        )
    row, value = found
    what = _("NaN") if value != value else _("infinite")
    if words.event.evidence.get("is_non_finite_throughout"):
        return _("Loss is {what} from the first value on, {where}").format(what=what, where=words.place(row))
    if row <= words.event.start:
        return _("Loss became {what} at {where}").format(what=what, where=words.place(row))
    return _("Loss became {what} at {where} after growing since {onset}").format(
        what=what, where=words.place(row), onset=words.where
    )


def _grew_alike(absorbing: Event, event: Event) -> bool:
    """Both grew at once; a validation loss that is not a number is said by itself, whatever training did."""
    return runs_up(absorbing, event) and "first_non_finite_row" not in event.evidence


def _hides_nan(absorbing: Event, event: Event) -> bool:
    """A fall to the zeros that stand for NaN is no progress."""
    return "first_non_finite_row" in absorbing.evidence and event.end >= absorbing.start


DIVERGED = Kind(
    EventKind.DIVERGED,
    N_("Diverged"),
    _sentence,
    absorbs={
        EventKind.SPIKE: runs_up,
        EventKind.OVERSHOOT: runs_up,
        EventKind.LATE_RISE: runs_up,
        EventKind.STALLED: runs_up,
        EventKind.FLUCTUATION: inside,
        EventKind.PLATEAU: _hides_nan,
        EventKind.KICK_IN: _hides_nan,
    },
    echoes={EventKind.DIVERGED: _grew_alike, EventKind.SPIKE: runs_up, EventKind.FLUCTUATION: runs_up},
)


class Diverged(Hindsight):
    """Loss is NaN or infinite, or grows by orders of magnitude and does not return.

    Three rules. (1) A point is not finite, after at least one that was: reported at once; `start` is where the climb
    before it began. It is retracted when fewer than half of the points since are non-finite (a skipped step of mixed
    precision). Without any finite point it is reported from the first one on, and retracted by the first finite one. A
    loss of exactly 0 beside a gradient norm that is not finite counts as NaN, since some trainers log NaN so. (2) The
    level exceeds 100 times the initial loss: reported at the next review. (3) The level rises to 10 times its earlier
    best and ends above the initial loss, or to 100 times and ends anywhere, and stays there: for 5 % of the run at its
    end, or for twice the time before it while the run goes on, since jumps that return after as long as the run had
    lasted are known from grokking runs. A climb from the first points on that takes a tenth of the run and slows down
    is not one: a running mean or a term of the loss that starts at zero.

    Wrong when a loss changes its meaning on the way (another data set, a new term), and late when the run is still
    going on: a jump to chance level that stays is reported as divergence only long afterwards.

    Examples
    --------
    >>> from engine.detectors.watch import Watch
    >>> from engine.series import LossSeries
    >>> from engine.table import MetricTable
    >>> table = MetricTable()
    >>> table.extend({"loss": np.concatenate([np.full(20, 2.0), 2.0 * 3.0 ** np.arange(1, 9), [np.inf]])})
    >>> watch = Watch(table, [LossSeries("loss")], detectors=[Diverged])
    >>> watch.finish()
    >>> [(e.start, e.end, e.evidence["first_non_finite_row"]) for e in watch.events]
    [(20, 28, 28.0)]
    """

    name = "diverged"
    kinds = (EventKind.DIVERGED,)
    about = N_("Loss is NaN or infinite, or grows by orders of magnitude and does not recover")
    needs_finite_points = False

    @staticmethod
    def example() -> dict[str, Floats]:
        loss = np.full(60, 2.0)
        loss[30:] *= 1.8 ** np.arange(1, 31)
        return {"loss": loss}

    @dataclass
    class Memory(Hindsight.Memory):
        """What is known of non-finite points."""

        first_row: int = -1  # table row at which the run starts
        finite: int = 0  # points before the first non-finite one
        bad: Claim | None = None
        bad_points: int = 0  # non-finite ones
        points_since: int = 0  # points since the first non-finite one, it included
        is_throughout: bool = False  # there was no finite point so far

    memory: Memory

    rise_above_start = Threshold(TENFOLD, "ln(loss)", "rise of a loss that ends above where it started", FIRST)
    rise_anywhere = Threshold(
        2 * TENFOLD,
        "ln(loss)",
        "rise of a loss that ends lower, or lies above the initial loss at once: orders of magnitude, in the plural",
        LOGS,
    )
    lasts_at_end = Threshold(BRIEF, "of the run", "a rise must have lasted when the run is over", FIRST)
    lasts_live = Threshold(
        2.0,
        "times the run before the rise",
        "it must have lasted while the run goes on",
        "jumps that return after as long as the run had lasted are known from grokking runs",
    )
    fewest_points = Threshold(PARTS, "points", "in the run before rises are searched for", FIRST)
    fewest_bins = Threshold(2, "bins", "from the top of a rise to its end", FIRST)
    longest_climb = Threshold(
        MOST_SEARCHED, "points", "before the first non-finite one, in which the onset is searched for", FIRST
    )
    onset_window = Threshold(MANY, "points", "whose median a point of the climb exceeds", FIRST)
    climb_factor = Threshold(2.0, "times", "what the last finite loss must have grown by to have climbed", FIRST)
    slow_start_lasts = Threshold(
        SLIGHT,
        "of the run",
        "a mean that starts at zero climbs for longer",
        "chosen on running means that start at zero",
    )
    slow_start_height = Threshold(
        1 - SLIGHT, "of the height", "where such a climb ends: what follows may be level", slow_start_lasts.source
    )
    slow_start_slows = Threshold(2.0, "times", "what its first half climbs more than its last", slow_start_lasts.source)
    mostly = Threshold(HALF, "of the points", "non-finite since the first; with fewer the run has recovered", FIRST)

    def read(self, block: Block) -> None:
        self.memory.first_row = block.digest.first_row
        self._count(block)
        is_new = self.memory.bad is not None and self.memory.bad.end == block.last_row and not self.memory.reported
        super().read(block)
        if is_new and not block.digest.is_due:
            self._update_events(is_over=False)

    def _count(self, block: Block) -> None:
        is_bad = _is_bad(block)
        if self.memory.finite and self.memory.bad is None and not is_bad.any():  # as in nearly all blocks
            self.memory.finite += len(is_bad)
            return
        if self.memory.is_throughout and not is_bad.all():
            self.memory.bad, self.memory.is_throughout = None, False  # what came first was not measured yet
        leading = 0 if self.memory.finite else int(np.argmin(is_bad)) if not is_bad.all() else len(is_bad)
        if leading == len(is_bad) and self.memory.bad is None:
            self.memory.bad, self.memory.is_throughout = _throughout(block), True
        bad = np.flatnonzero(is_bad[leading:]) + leading
        if self.memory.bad is None and len(bad):
            self.memory.bad = self._blow_up(block, int(block.rows[bad[0]]))
            self.memory.bad_points, self.memory.points_since = len(bad), len(is_bad) - int(bad[0])
        elif self.memory.bad is not None:
            self.memory.bad_points += int(np.count_nonzero(is_bad))
            self.memory.points_since += len(is_bad)
        self.memory.finite += len(is_bad) - int(np.count_nonzero(is_bad))

    def _blow_up(self, block: Block, row: int) -> Claim:
        before = block.table.series(block.series, max(self.memory.first_row, row - self.longest_climb), row)
        finite = np.isfinite(before.values)
        rows, values = before.rows[finite], before.values[finite]
        onset = growth_onset(values, self.onset_window)
        climbs = values[-1] > self.climb_factor * abs(median(values[: max(onset, 1)]))
        start = int(rows[onset]) if climbs else row
        evidence = {
            "first_non_finite_row": row,
            "level_before": median(values[max(0, onset - self.onset_window) : max(onset, 1)]),
            "last_finite": float(values[-1]),
            "growth_per_step": _growth(values[onset:]) if climbs else float("nan"),
        }
        return Claim(EventKind.DIVERGED, start, block.last_row, Severity.CRITICAL, 1 - UNSEEN, evidence, is_open=True)

    def review(self, curve: Curve, is_over: bool) -> Sequence[Claim]:
        if self.memory.bad is not None and self.memory.bad_points >= self.mostly * self.memory.points_since:
            return [Claim(**{**vars(self.memory.bad), "end": self._now, "is_open": not is_over})]
        if self.has_partner or curve.points < self.fewest_points:
            return []
        found = [r for r in find_rises(curve) if not r.is_back]
        found = [r for r in found if self.restart_within(*rows_of(curve, r)) is not Restart.SURE]
        return [self._claim(curve, r, is_over) for r in found if self._has_diverged(curve, r, is_over)]

    def _has_diverged(self, curve: Curve, rise: Rise, is_over: bool) -> bool:
        if curve.softening is None or self._starts_at_zero(curve, rise):
            return False
        level = curve.u[rise.top :]
        initial = float(curve.scaled(curve.initial))
        if len(level) < self.fewest_bins:
            return False
        if median(level) > initial + self.rise_anywhere:
            return True
        lasts = self.lasts_at_end * len(curve) if is_over else self.lasts_live * (rise.onset + 1)
        height = self.rise_above_start if median(level) >= initial else self.rise_anywhere
        return rise.length >= lasts and rise.lasting >= height

    def _starts_at_zero(self, curve: Curve, rise: Rise) -> bool:
        """Whether it climbs from the first points on and for long, fast first and slowly later, unlike a divergence."""
        level = curve.level[rise.onset : rise.end + 1]
        is_high = level - level[0] >= self.slow_start_height * (level.max() - level[0])
        climb = level[: int(np.argmax(is_high)) + 1]
        half = len(climb) // 2
        if rise.onset > 1 or half < 1 or len(climb) - 1 < self.slow_start_lasts * len(curve):
            return False
        return bool(climb[half] - climb[0] > self.slow_start_slows * (climb[-1] - climb[-1 - half]))

    def _claim(self, curve: Curve, rise: Rise, is_over: bool) -> Claim:
        before = float(level_before(curve, rise).min())
        after = median(curve.level[rise.top :])
        evidence = {
            "level_before": before,
            "level_after": after,
            "rise_factor": after / before if before > 0 else float("inf"),
            "initial_loss": float(curve.level[0]),
            "share_of_run": rise.length / len(curve),
        }
        start = curve.row_of(rise.onset)
        sure = confidence(EventKind.DIVERGED, rise.lasting / self.rise_above_start)
        return Claim(EventKind.DIVERGED, start, curve.last_row, Severity.CRITICAL, sure, evidence, is_open=not is_over)


def _is_bad(block: Block) -> BoolArray:
    """Points that are not finite, and those of exactly 0 beside a gradient norm that is not."""
    is_bad = ~np.isfinite(block.values)
    is_zero = block.values == 0
    if not is_zero.any():
        return is_bad
    norms = block.column("grad_norm")
    return is_bad | (is_zero & np.isin(block.rows, norms.rows[~np.isfinite(norms.values)]))


def _throughout(block: Block) -> Claim:
    row = int(block.rows[0])
    evidence = {"first_non_finite_row": row, "is_non_finite_throughout": 1.0}
    return Claim(EventKind.DIVERGED, row, block.last_row, Severity.CRITICAL, 1 - UNSEEN, evidence, is_open=True)


def _growth(values: np.ndarray) -> float:
    """Median factor from one point to the next."""
    positive = values[values > 0]
    return median(positive[1:] / positive[:-1]) if len(positive) > 1 else float("nan")
