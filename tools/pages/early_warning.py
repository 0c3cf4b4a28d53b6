"""How long before the loss shows it a probe crosses its line, and how often it does so for nothing.

``python -m tools.pages.early_warning [SCENARIO ...] [--seeds 10-19]`` prints one line a case; "null" cases are
settings with which nothing happens. A lead is counted from the first alarm in the `window` before the loss moves. Any
other alarm is false, apart from those while it still moves, and those after an event that lasts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from engine.table import Floats, MetricTable
from engine.training.session import TrainingSession

Rows = Callable[[MetricTable], Floats]
QUIET_AFTER = 100


@dataclass(frozen=True)
class Case:
    """One scenario, the probe that may warn, its line, and how its loss shows what happened.

    Attributes
    ----------
    is_lasting : bool
        What happened does not end, so no alarm after it is false.
    since : callable
        The row from which on alarms count.
    alarms, visible : callable
        Rows at which the probe is beyond its line, and at which the loss shows it.
    window : int
        How many rows before that an alarm counts as a warning.
    """

    scenario: str
    probe: str
    line: str
    alarms: Rows
    visible: Rows
    window: int
    settings: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    steps: int | None = None
    stride: int = 1
    is_lasting: bool = False
    since: Callable[[MetricTable], int] = lambda _table: 0


@dataclass(frozen=True)
class Outcome:
    """What one seed gave: leads in rows of the events that were warned of, how many were not, false alarms, rows."""

    leads: tuple[int, ...]
    missed: int
    false: int
    rows: int


def above_limit(table: MetricTable) -> Floats:
    sharpness, limit = table.series("sharpness"), table.series("stability_limit")
    return sharpness.rows[sharpness.values > limit.values]


def above(column: str, line: float) -> Rows:
    def rows(table: MetricTable) -> Floats:
        series = table.series(column)
        return series.rows[series.values > line]

    return rows


def tenfold(column: str) -> Rows:
    """Ten times the running minimum, of medians over ten rows, as the measurements did."""

    def rows(table: MetricTable) -> Floats:
        series = table.series(column)
        smooth = _trailing_median(series.values, 10)[10:]
        return series.rows[10:][smooth > 10 * np.minimum.accumulate(smooth)]

    return rows


def first_rise(table: MetricTable) -> Floats:
    rises = np.flatnonzero(np.diff(table.values("loss")) > 0) + 1
    return rises[:1]


def ten_times_the_start(table: MetricTable) -> Floats:
    loss = table.values("loss")
    return np.flatnonzero(~(loss < 10 * loss[0]))[:1]


def leaves_chance(table: MetricTable) -> Floats:
    return np.flatnonzero(_trailing_median(table.values("loss"), 10)[10:] < 0.97 * np.log(5))[:1] + 10


def learned(accuracy: float, count: int) -> Callable[[MetricTable], int]:
    """The row from which on a mean accuracy over so many rows was reached; large steps before are no warning."""

    def row(table: MetricTable) -> int:
        there = np.flatnonzero(_trailing_mean(table.values("accuracy"), count) >= accuracy)
        return int(there[0]) if len(there) else len(table)

    return row


def spikes(table: MetricTable) -> Floats:
    """Mini-batch loss of at least 0.3 and 20 × its 80-row median, after ten epochs at 98 %."""
    loss = table.values("loss")
    usual = np.r_[np.inf, _trailing_median(loss, 80)[:-1]]
    high = np.flatnonzero((loss >= 0.3) & (loss >= 20 * usual))
    return _beginnings(high[high > learned(0.98, 40)(table)], 24)


def rises(table: MetricTable) -> Floats:
    """After 90 % accuracy over three epochs: the loss over an epoch at least half above its lowest."""
    loss = table.values("loss")
    smooth = _trailing_mean(loss, 7)
    high = np.flatnonzero(smooth >= np.minimum.accumulate(smooth) + 0.5)
    return _beginnings(high[high > learned(0.9, 21)(table)], QUIET_AFTER)


EXPLOSION = Case("explosion", "sharpness", "λmax > 2/η", above_limit, ten_times_the_start, 100, is_lasting=True)
EDGE = replace(EXPLOSION, scenario="edge-of-stability", visible=first_rise, window=200, steps=400, stride=2)
KICK_IN = Case(
    *("kick-in", "signal", "RMS g of conv1 > 10 × lowest", tenfold("grad_rms/conv1"), leaves_chance, 400),
    steps=400,
    is_lasting=True,
)
FLUCTUATION = Case(
    *("fluctuation", "optimizer_state", "RMS g/√v > 0.65", above("update_rms", 0.65), spikes, 24),
    since=learned(0.98, 40),
)
LATE_RISE = Case(
    *("late-rise", "optimizer_state", "RMS m/√v > 2", above("update_rms", 2.0), rises, 24),
    since=learned(0.9, 21),
)

CASES = (
    EXPLOSION,
    replace(EXPLOSION, settings={"lr": 1e-4}, note="null: lr 1e-4", steps=600),
    EDGE,
    replace(EDGE, settings={"lr": 0.05}, note="null: lr 0.05"),
    KICK_IN,
    replace(KICK_IN, settings={"optimizer": "momentum", "lr": 0.01}, note="null: momentum never leaves"),
    replace(KICK_IN, settings={"init": "kaiming"}, note="null: Kaiming has no plateau"),
    FLUCTUATION,
    LATE_RISE,
    replace(LATE_RISE, line="RMS m/√v > 1", alarms=above("update_rms", 1.0)),
)


def outcome(case: Case, seed: int) -> Outcome:
    """Train one seed and count."""
    session = TrainingSession(case.scenario, seed, case.settings, [case.probe], case.steps)
    session.probing.stretch(case.probe, case.stride)
    for _row in session:
        pass
    table = session.run.table
    events, alarms = case.visible(table), case.alarms(table)
    leads = [_lead(alarms, event, case.window) for event in events]
    caught = tuple(lead for lead in leads if lead is not None)
    explained = np.zeros(len(alarms), bool)
    for event in events:
        end = len(table) if case.is_lasting else event + QUIET_AFTER
        explained |= (alarms >= event - case.window) & (alarms <= end)
    false = _beginnings(alarms[~explained & (alarms >= case.since(table))], 24)
    return Outcome(caught, len(leads) - len(caught), len(false), len(table))


def _lead(alarms: Floats, event: int, window: int) -> int | None:
    before = alarms[(alarms >= event - window) & (alarms < event)]
    return int(event - before[0]) if len(before) else None


def _beginnings(rows: Floats, gap: int) -> Floats:
    """The first of each group of rows that lie closer together than `gap`."""
    return rows[np.diff(rows, prepend=-gap - 1) > gap] if len(rows) else rows


def _trailing_mean(values: Floats, count: int) -> Floats:
    total = np.cumsum(np.r_[np.zeros(count), values])
    return (total[count:] - total[:-count]) / np.minimum(np.arange(1, len(values) + 1), count)


def _trailing_median(values: Floats, count: int) -> Floats:
    padded = np.r_[np.full(count - 1, values[0]), values]
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, count), axis=1)


def report(case: Case, seeds: range) -> str:
    """One line: events warned of, median lead with its quartiles, false alarms a thousand rows."""
    outcomes = [outcome(case, seed) for seed in seeds]
    leads = [lead for o in outcomes for lead in o.leads]
    events = len(leads) + sum(o.missed for o in outcomes)
    spread = "–" if not leads else "{:.0f} ({:.0f}–{:.0f})".format(*np.percentile(leads, (50, 25, 75)))
    false, rows = sum(o.false for o in outcomes), sum(o.rows for o in outcomes)
    seeds_with = sum(o.false > 0 for o in outcomes)
    return (
        f"{case.scenario:18} {case.line:30} {case.note:28} warned {len(leads):3d}/{events:<3d} lead {spread:16} "
        f"false {false:3d} in {seeds_with}/{len(outcomes)} seeds ({1000 * false / rows:.2f} a 1000 rows)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--seeds", default="10-19")
    given = parser.parse_args()
    first, _dash, last = given.seeds.partition("-")
    for case in CASES:
        if not given.scenarios or case.scenario in given.scenarios:
            print(report(case, range(int(first), int(last or first) + 1)), flush=True)


if __name__ == "__main__":
    main()
