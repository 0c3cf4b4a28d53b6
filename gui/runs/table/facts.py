"""What the table tells of a run: values, verdict and a small curve; free of Qt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.events import EventKind, Severity, gravity
from engine.i18n import _, ngettext, number
from engine.run import Run
from engine.table import Floats
from gui.runs.document import Shown

NEAR_ROWS = 1000
PIECE_ROWS = 1 << 18
SPARK_POINTS = 48
DECADES = 3.0  # beyond them a small curve is logarithmic


@dataclass(frozen=True)
class RunFacts:
    """Numbers of a run, as logged.

    Attributes
    ----------
    best_row : int or None
        Table row of `best`.
    spark : ndarray, shape (n, 2)
        Lowest and highest loss of stretches of the run, from 0 (its smallest) to 1; NaN where there is none.
    """

    rows: int = 0
    last: float | None = None
    best: float | None = None
    best_row: int | None = None
    accuracy: float | None = None
    spark: Floats = field(default_factory=lambda: np.empty((0, 2)))


class Facts:
    """The facts of each run, computed again when it has grown by a hundredth."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Run, RunFacts]] = {}

    def of(self, run: Run) -> RunFacts:
        """The facts of a run."""
        known = self._known.get(run.id)
        rows = len(run.table)
        if known is None or known[0] is not run or rows != known[1].rows:
            self._known[run.id] = known = (run, facts_of(run))
        return known[1]


def facts_of(run: Run) -> RunFacts:
    """Compute the facts of a run."""
    loss = next((s.name for s in run.series if s.name in run.table), "")
    found = best(run, loss)
    return RunFacts(
        len(run.table),
        last(run, loss),
        found[0] if found else None,
        found[1] if found else None,
        accuracy(run),
        spark(run.table.values(loss)) if loss else np.empty((0, 2)),
    )


def last(run: Run, column: str) -> float | None:
    """The last value of a column."""
    if column not in run.table or not run.table.count(column):
        return None
    near = run.table.values(column, max(0, len(run.table) - NEAR_ROWS))
    return float(near[-1] if len(near) else run.table.values(column)[-1])


def accuracy(run: Run) -> float | None:
    """The last value of the accuracy; where single samples are right or wrong, the share of right ones at the end."""
    value = last(run, "accuracy")
    if value not in (0.0, 1.0):
        return value
    near = run.table.values("accuracy", max(0, len(run.table) - NEAR_ROWS))
    is_single = np.isin(near, (0.0, 1.0)).all() and 0 < near.mean() < 1
    return float(near.mean()) if is_single else value


def best(run: Run, column: str) -> tuple[float, int] | None:
    """The smallest finite value of a column and its row."""
    found = None
    if column in run.table:
        for start in range(0, len(run.table), PIECE_ROWS):  # a copy of ten million rows would be noticed
            series = run.table.series(column, start, start + PIECE_ROWS)
            values = np.where(np.isfinite(series.values), series.values, np.inf)
            at = int(np.argmin(values)) if len(values) else 0
            if len(values) and values[at] < (np.inf if found is None else found[0]):
                found = float(values[at]), int(series.rows[at])
    return found


def spark(values: Floats, points: int = SPARK_POINTS) -> Floats:
    """Lowest and highest value of each of `points` stretches, from 0 to 1; logarithmic over many decades.

    Examples
    --------
    >>> spark(np.array([4.0, 2.0, 3.0, 0.0]), 2).tolist()
    [[0.5, 1.0], [0.0, 0.75]]
    """
    if not len(values):
        return np.empty((0, 2))
    starts = np.unique(np.linspace(0, len(values), min(points, len(values)), endpoint=False).astype(np.int64))
    finite = np.isfinite(values)
    low = np.minimum.reduceat(np.where(finite, values, np.inf), starts)
    high = np.maximum.reduceat(np.where(finite, values, -np.inf), starts)
    pair = np.stack([low, high], axis=1)
    pair[~np.isfinite(pair).all(axis=1)] = np.nan
    if np.isnan(pair).all():
        return pair
    bottom, top = np.nanmin(pair), np.nanmax(pair)
    if bottom > 0 and np.log10(top / bottom) > DECADES:
        pair = np.log10(pair)
        bottom, top = np.nanmin(pair), np.nanmax(pair)
    return (pair - bottom) / (top - bottom) if top > bottom else np.where(np.isnan(pair), np.nan, 0.5)


# Verdicts


def severity_of(shown: Shown) -> Severity | None:
    """The gravest severity of a run's events; None without any."""
    return max((event.severity for event in shown.listed), key=lambda s: s.rank, default=None)


def events_text(shown: Shown) -> str:
    """The kinds of events with their counts, the gravest first."""
    from engine.diagnosis.sentences import title

    if shown.events is None:
        return "…"
    counts = Counter(event.kind for event in sorted(shown.listed, key=gravity, reverse=True))
    return ", ".join(title(kind) + (f" × {n}" if n > 1 else "") for kind, n in counts.items())


def summary(runs: Sequence[Shown]) -> str:
    """What happened in several runs, in one sentence: the gravest kind of event, how often and where.

    The kind is `DIVERGED` where a run did, else the gravest that most runs have.
    """
    from engine.diagnosis.places import place
    from engine.diagnosis.sentences import title

    of = len(runs)
    unread = sum(shown.events is None for shown in runs)
    if unread:
        text = ngettext("{n} of {of} runs is being read", "{n} of {of} runs are being read", unread)
        return text.format(n=number(unread), of=number(of))
    kind = _gravest_kind(runs)
    if kind is None:
        return ngettext("Nothing stands out in {n} run", "Nothing stands out in {n} runs", of).format(n=number(of))
    firsts = [(shown, min(e.start for e in shown.listed if e.kind is kind)) for shown in _having(runs, kind)]
    n = len(firsts)
    if kind is EventKind.DIVERGED:
        text = ngettext("{n} of {of} runs diverged", "{n} of {of} runs diverged", n).format(n=number(n), of=number(of))
    else:
        text = _("{event} in {n} of {of} runs").format(event=title(kind), n=number(n), of=number(of))
    places = list(dict.fromkeys(place(shown.run, row) for shown, row in sorted(firsts, key=lambda f: f[1])))
    where = _("{what}, at {place}") if len(places) == 1 else _("{what}, the first at {place}")
    return where.format(what=text, place=places[0])


def _having(runs: Sequence[Shown], kind: EventKind) -> list[Shown]:
    return [shown for shown in runs if any(event.kind is kind for event in shown.listed)]


def _gravest_kind(runs: Sequence[Shown]) -> EventKind | None:
    ranks: Counter[EventKind] = Counter()
    counts: Counter[EventKind] = Counter()
    for shown in runs:
        for kind in {event.kind for event in shown.listed}:
            counts[kind] += 1
        for event in shown.listed:
            ranks[event.kind] = max(ranks[event.kind], event.severity.rank)
    if EventKind.DIVERGED in counts:
        return EventKind.DIVERGED
    return max(counts, key=lambda kind: (ranks[kind], counts[kind], kind.value), default=None)
