"""What is reported of each scenario, and how late: ``python -m tools.pages.acceptance [SCENARIO ...] --seeds 10-19``.

Trains as ``main.py train NAME --seed N`` does and compares the events with onsets taken from the loss itself by rules
that know what the scenario does, apart from any detector. Tables are kept in the user's cache, under a hash of what
they depend on, so that changed detectors are judged on the same runs and changed trainings are trained again.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from platformdirs import user_cache_path

from engine.detectors.watch import Watch
from engine.events import Event, EventKind, Severity
from engine.run import Run, Value
from engine.scenarios.base import all_scenarios
from engine.table import Floats, MetricTable, Sparse
from engine.training.session import TrainingSession

ENGINE = Path(__file__).resolve().parents[2] / "engine"
TRAINS = ("training", "scenarios", "probes")  # folders of the engine on whose source a table depends
HEAD = """# What is reported of each demo

Seeds {seeds}, default probes, as `main.py train NAME --seed N` trains them; made by `python -m tools.pages.acceptance`.
The true onset is taken from the loss by a rule that knows what the demo does and none of the detectors (see the tool).
Steps; medians with the smallest and the largest in brackets. For a kind that is reported several times in a run the
event nearest to the true onset counts.

| scenario | must show | reported | true onset | start − onset | raised − onset | others ≥ warning, seeds |
|---|---|---|---|---|---|---|
"""
FOOT = """
Spikes before a late rise are true ones, and so is a run that does not come back from its last rise (`diverged`).
"""
CHANCE_OF_FIVE = float(np.log(5))


@dataclass(frozen=True)
class Case:
    """A scenario with settings, the kind that it must show, and where that truly begins.

    Attributes
    ----------
    onset : callable or None
        Row at which the event truly begins, None when this run does not show it; no callable when nothing may be said.
    """

    scenario: str
    kind: EventKind | None
    onset: Callable[[MetricTable], int | None] | None
    settings: dict[str, Value] = field(default_factory=dict)


def growth(table: MetricTable) -> int | None:
    """The row after the last one from which the loss only grew, where it ends tenfold or non-finite."""
    loss = table.values("loss")
    if np.isfinite(loss[-1]) and loss[-1] < 10 * loss[0]:
        return None
    return int(np.nanargmin(loss)) + 1


def beginning(_table: MetricTable) -> int:
    return 0


def leaves_chance(table: MetricTable) -> int | None:
    """Where the median of ten losses is 3 % below that of guessing among five classes for good."""
    smooth = _trailing_median(table.values("loss"), 10)
    above = np.flatnonzero(smooth >= 0.97 * CHANCE_OF_FIVE)
    return int(above[-1]) + 1 if len(above) and above[-1] + 1 < len(smooth) else None


def leaves_floor(table: MetricTable) -> int | None:
    """The lowest epoch loss before the first rise of one half above it, after 90 % accuracy over three epochs."""
    smooth = _trailing_mean(table.values("loss"), 7)
    learned = np.flatnonzero(_trailing_mean(table.values("accuracy"), 21) >= 0.9)
    high = np.flatnonzero(smooth >= np.minimum.accumulate(smooth) + 0.5)
    high = high[high > (learned[0] if len(learned) else len(smooth))]
    return int(np.argmin(smooth[: high[0]])) + 1 if len(high) else None


def first_spike(table: MetricTable) -> int | None:
    """The first loss of at least 0.3 and twenty times its 80-row median, after ten epochs at 98 %."""
    loss = table.values("loss")
    usual = np.r_[np.inf, _trailing_median(loss, 80)[:-1]]
    learned = np.flatnonzero(_trailing_mean(table.values("accuracy"), 40) >= 0.98)
    high = np.flatnonzero((loss >= 0.3) & (loss >= 20 * usual))
    high = high[high > (learned[0] if len(learned) else len(loss))]
    return int(high[0]) if len(high) else None


def first_rise(table: MetricTable) -> int | None:
    """Full-batch gradient descent below its stability limit never rises."""
    rises = np.flatnonzero(np.diff(table.values("loss")) > 0) + 1
    return int(rises[0]) if len(rises) else None


def first_boundary(table: MetricTable) -> int:
    """The first row of the second epoch: nothing can be locked to the epoch before."""
    return int(np.flatnonzero(np.floor(table.values("epoch") - 1e-9) >= 1)[0])


SPIKES = EventKind.EPOCH_BOUNDARY, first_boundary
CASES = (
    Case("explosion", EventKind.DIVERGED, growth),
    Case("kick-in", EventKind.PLATEAU, beginning),
    Case("kick-in", EventKind.KICK_IN, leaves_chance),
    Case("late-rise", EventKind.LATE_RISE, leaves_floor),
    Case("fluctuation", EventKind.SPIKE, first_spike),
    Case("edge-of-stability", EventKind.SPIKE, first_rise),
    Case("epoch-spikes", *SPIKES),
    Case("epoch-spikes", *SPIKES, {"mechanism": "not_shuffled"}),
    Case("epoch-spikes", *SPIKES, {"mechanism": "short_last_batch"}),
    Case("epoch-spikes", *SPIKES, {"mechanism": "memorising"}),
    Case("healthy", None, None),
)


@dataclass(frozen=True)
class Outcome:
    """One run: its true onset, the event that says it, and the other events of warning or above."""

    onset: int | None
    event: Event | None
    others: tuple[EventKind, ...]


def outcome(case: Case, run: Run) -> Outcome:
    """What the detectors say of a finished run."""
    watch = Watch(run.table, run.series, run.x)
    watch.finish()
    onset = case.onset(run.table) if case.onset is not None else None
    right = [event for event in watch.listed if event.kind is case.kind]
    nearest = min(right, key=lambda event: abs(event.start - (onset or 0)), default=None)
    others = {e.kind for e in watch.listed if e.kind is not case.kind and e.severity.rank >= Severity.WARNING.rank}
    return Outcome(onset, nearest, tuple(sorted(others)))


def source_hash(engine: Path = ENGINE) -> str:
    """A hash of the code that trains: names and contents of all its Python files."""
    made = hashlib.sha256()
    for folder in TRAINS:
        for path in sorted((engine / folder).rglob("*.py")):
            made.update(path.relative_to(engine).as_posix().encode())
            made.update(path.read_bytes())
    return made.hexdigest()


def table_name(case: Case, seed: int, source: str) -> str:
    """The file name of a kept table; another one when the code, the settings or the seed differ."""
    words = [source, case.scenario, *(f"{key}={value!r}" for key, value in sorted(case.settings.items())), str(seed)]
    return f"{case.scenario}-{seed}-{hashlib.sha256(' '.join(words).encode()).hexdigest()[:24]}.npz"


def trained(case: Case, seed: int, tables: Path, source: str) -> Run:
    """The run of a seed, from its kept table where there is one."""
    session = TrainingSession(case.scenario, seed, case.settings)
    path = tables / table_name(case, seed, source)
    if path.exists():
        session.run.table.extend(_read(path))
    else:
        for _row in session:
            pass
        _write(path, session.run.table)
    return session.run


def _write(path: Path, table: MetricTable) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = {name: table.series(name) for name in table.columns if table.count(name)}
    parts = {f"{part} {name}": getattr(series, part) for name, series in columns.items() for part in ("rows", "values")}
    np.savez_compressed(path, length=np.array(len(table)), **parts)


def _read(path: Path) -> dict[str, Floats | Sparse]:
    with np.load(path) as kept:
        names = [key.removeprefix("rows ") for key in kept if key.startswith("rows ")]
        columns = {name: Sparse(kept[f"rows {name}"], kept[f"values {name}"]) for name in names}
        length = int(kept["length"])
    return {name: c.values if len(c.values) == length else c for name, c in columns.items()}


def _trailing_mean(values: Floats, count: int) -> Floats:
    total = np.cumsum(np.r_[np.zeros(count), values])
    return (total[count:] - total[:-count]) / np.minimum(np.arange(1, len(values) + 1), count)


def _trailing_median(values: Floats, count: int) -> Floats:
    padded = np.r_[np.full(count - 1, values[0]), values]
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, count), axis=1)


def report(case: Case, outcomes: Sequence[Outcome]) -> str:
    """One row of the table."""
    shown = [o for o in outcomes if o.event is not None]
    name = " ".join([case.scenario, *(f"{key}={value}" for key, value in case.settings.items())])
    pairs = [(o.event, o.onset) for o in shown if o.event is not None and o.onset is not None]
    cells = [
        name,
        case.kind or "silent",
        f"{len(shown)}/{len(outcomes)}",
        _spread([o.onset for o in outcomes if o.onset is not None]),
        _spread([event.start - onset for event, onset in pairs]),
        _spread([event.raised - onset for event, onset in pairs]),
        ", ".join(f"{kind} {count}" for kind, count in Counter(k for o in outcomes for k in o.others).items()) or "–",
    ]
    return "| " + " | ".join(map(str, cells)) + " |"


def _spread(numbers: Sequence[int]) -> str:
    return "–" if not numbers else f"{statistics.median(numbers):g} ({min(numbers)} to {max(numbers)})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", choices=[*all_scenarios(), []], help="all by default")
    parser.add_argument("--seeds", default="10-19")
    parser.add_argument("--tables", type=Path, default=user_cache_path("overshoot") / "acceptance")
    parser.add_argument("--out", type=Path, help="the page; printed without it")
    given = parser.parse_args()
    first, _dash, last = given.seeds.partition("-")
    seeds, source = range(int(first), int(last or first) + 1), source_hash()
    rows = []
    for case in CASES:
        if not given.scenarios or case.scenario in given.scenarios:
            outcomes = [outcome(case, trained(case, seed, given.tables, source)) for seed in seeds]
            rows.append(report(case, outcomes))
            print(rows[-1], file=sys.stderr, flush=True)
    page = HEAD.format(seeds=given.seeds.replace("-", "–")) + "\n".join(rows) + "\n" + FOOT
    given.out.write_text(page, encoding="utf-8") if given.out else sys.stdout.write(page)


if __name__ == "__main__":
    main()
