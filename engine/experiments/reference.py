"""The run whose event is on trial: how it went, and what it takes to go back into it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.detectors.watch import Watch
from engine.events import Event, EventKind, Severity
from engine.experiments.case import Case
from engine.experiments.forks import COLUMNS
from engine.experiments.records import Recording
from engine.experiments.stations import Turns
from engine.i18n import _
from engine.run import Change, Origin, OriginKind, Run, Value
from engine.scenarios.base import scenario_named
from engine.series import LossSeries
from engine.table import Floats, MetricTable

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint, CheckpointRing

CHECK_EVERY = 64  # steps between two looks at the detectors while a run is recorded
DEFAULT_RING_BYTES = 64 << 20
SHORTEST_REACH, LONGEST_WAIT = 60, 500
LASTING = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED, EventKind.EPOCH_BOUNDARY, EventKind.FLUCTUATION)


class CannotProve(ValueError):
    """There is nothing to put to the test; the text is meant for the person."""


@dataclass(frozen=True)
class Reference:
    """A run up to the horizon of an experiment.

    Attributes
    ----------
    turns : mapping of int to mapping
        What was turned, by the first step trained with it.
    columns : mapping of str to ndarray
        The table's dense columns up to the horizon; row i is step i + 1.
    event : Event
        What is on trial, as the detectors say it from these columns at the horizon.
    checkpoints : tuple of Checkpoint
        Ascending; may be empty, then forks begin at step 0.
    horizon : int
        The last step of every fork.
    """

    scenario: str
    seed: int
    settings: Mapping[str, Value]
    turns: Turns
    changes: tuple[Change, ...]
    columns: Mapping[str, Floats]
    event: Event
    checkpoints: tuple[Checkpoint, ...]
    horizon: int
    samples: int
    gradient_norm: float | None = None

    @property
    def onset(self) -> int:
        """The step at which the event began."""
        return self.event.start + 1

    def settings_at_onset(self) -> dict[str, Value]:
        """The settings that the step at the onset was trained with."""
        now = dict(self.settings)
        for change in self.changes:
            if change.step <= self.onset:
                now[change.key] = change.after
        return now

    def run(self) -> Run:
        """The run up to the horizon, for those who describe events."""
        table = MetricTable(COLUMNS)
        table.extend(dict(self.columns))
        origin = Origin(OriginKind.TRAINING, scenario=self.scenario, seed=self.seed)
        name = f"{self.scenario} {self.seed}"
        return Run(name, table, (LossSeries("loss"),), origin, "step", self.settings, list(self.changes))

    def case(self) -> Case:
        """What factors decide on."""
        scenario = scenario_named(self.scenario)
        knobs = {s.key: s for s in scenario.settings}
        # A mechanism or a data set brings its own defaults; they are no departure from what the scenario is.
        defaults = scenario.resolved({key: self.settings[key] for key in ("mechanism", "data") if key in knobs})
        changes = tuple(c for c in self.changes if c.step <= max(self.onset, self.event.raised + 1))
        return Case(
            self.scenario,
            self.event,
            knobs,
            defaults,
            self.settings_at_onset(),
            changes,
            self.samples,
            self.gradient_norm,
        )


def horizon_of(event: Event, last_step: int) -> int:
    """How far forks train: three times as long after the onset as it took to be said, at least 60 steps.

    Long enough that a fork which only delays the event is not called clean. Of what lasts (a plateau, a sawtooth of
    epochs) the whole lies in the fork, and a tenth more is enough.
    """
    said, onset = event.raised + 1, event.start + 1
    delay = said - onset
    if event.kind in LASTING:
        return min(last_step, round(1.1 * said) + 20)
    return min(last_step, onset + max(SHORTEST_REACH, min(3 * delay, delay + LONGEST_WAIT)))


def record(
    scenario: str,
    seed: int = 0,
    settings: Mapping[str, object] | None = None,
    injections: Mapping[int, Mapping[str, object]] | None = None,
    kind: EventKind | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Recording, None, Reference]:
    """Train until the event is there, and on to the horizon; yields how far it got.

    Parameters
    ----------
    kind : EventKind, optional
        By default the first that the scenario is known for, else the gravest that occurs.

    Raises
    ------
    CannotProve
        If there is no such event, or it was cancelled before there was one.
    SettingError
        If a setting is refused.
    """
    from engine.training.checkpoints import CheckpointRing
    from engine.training.session import TrainingSession

    session = TrainingSession(scenario, seed, settings, "norms", None, injections)
    first = min(injections or {0: {}})
    ring = CheckpointRing(DEFAULT_RING_BYTES)
    watch = Watch(session.run.table, session.run.series, clock="step")
    wanted: Event | None = None
    until = session.total_steps
    while session.step < until:
        if session.step % CHECK_EVERY == 0:
            ring.add(session.checkpoint())
        if next(session, session) is session:
            break
        if session.step % CHECK_EVERY == 0:
            if is_cancelled():
                break
            watch.advance()
            wanted = _awaited(watch.events, kind, scenario, first) or wanted
            until = session.total_steps if wanted is None else horizon_of(wanted, session.total_steps)
            yield Recording(session.step, until, None if wanted is None else wanted.kind)
    return from_run(session.run, ring, kind, session.samples, first)


def _awaited(events: Iterable[Event], kind: EventKind | None, scenario: str, first: int) -> Event | None:
    """An event that ends the wait: other kinds than the scenario's own may still be followed by it."""
    found = choose(events, kind, scenario, first)
    own = _own_kinds(scenario)
    if found is None or kind is not None or first or not own or found.kind is own[0]:
        return found
    return None


def _own_kinds(scenario: str) -> tuple[EventKind, ...]:
    """What the scenario shows, a plateau last: what ends it says more."""
    return tuple(sorted(scenario_named(scenario).shows, key=lambda kind: kind is EventKind.PLATEAU))


def choose(events: Iterable[Event], kind: EventKind | None, scenario: str, first: int = 0) -> Event | None:
    """The event to put on trial: of the kind asked for, else one the scenario shows, else the gravest; the earliest.

    After a change was injected at step `first`, what began before it cannot be its consequence. Events that another
    one explains are left out unless they were asked for by kind.
    """
    found = [e for e in events if e.end + 1 >= first and (e.is_listed or e.kind is kind)]
    if kind is not None:
        found = [e for e in found if e.kind is kind]
        return min(found, key=lambda e: (not e.is_listed, e.start), default=None)
    after = [e for e in found if e.start + 2 >= first]
    shown = _own_kinds(scenario) if not first else ()
    for known in shown:
        if of_kind := [e for e in after if e.kind is known]:
            return min(of_kind, key=lambda e: e.start)
    grave = [e for e in after if e.severity is not Severity.INFO]
    return min(grave, key=lambda e: (-e.severity.rank, e.start), default=None)


def from_run(
    run: Run,
    checkpoints: CheckpointRing | None,
    kind: EventKind | None,
    samples: int,
    first: int = 0,
    event: Event | None = None,
) -> Reference:
    """A reference from a run that is there, finished or still training: what was published so far is taken.

    Raises
    ------
    CannotProve
        If the run is a log, or has no such event.
    """
    origin = run.origin
    if origin.scenario is None:
        raise CannotProve(_("a loaded log cannot be rewound: proofs need a demo training"))
    length = len(run.table)
    kind = event.kind if event is not None else kind
    near = None if event is None else event.start
    for last in _horizons(run, kind, origin.scenario, first, near, length):
        columns = _columns(run.table, last)
        said = _said(columns, kind, origin.scenario, first, near)
        if said is not None and said.start + 1 <= last:
            return Reference(
                scenario=origin.scenario,
                seed=origin.seed or 0,
                settings=dict(run.settings),
                turns=_turns(run.changes),
                changes=tuple(run.changes),
                columns=columns,
                event=said,
                checkpoints=_old_enough(checkpoints, said.start + 1),
                horizon=last,
                samples=samples,
                gradient_norm=_gradient_norm(run.table, said.start),
            )
    raise CannotProve(_no_event(kind))


def _no_event(kind: EventKind | None) -> str:
    if kind is None:
        return _("the run has no event of severity warning or above to prove")
    return _("the run has no event of kind {kind}").format(kind=kind.value)


def _horizons(
    run: Run, kind: EventKind | None, scenario: str, first: int, near: int | None, length: int
) -> Iterable[int]:
    """The horizon that fits the event as all rows tell it; all rows, where the event is said only at the end."""
    event = _said(_columns(run.table, length), kind, scenario, first, near)
    if event is not None:
        yield horizon_of(event, length)
        yield length


def _said(
    columns: Mapping[str, Floats], kind: EventKind | None, scenario: str, first: int, near: int | None
) -> Event | None:
    table = MetricTable(COLUMNS)
    table.extend(dict(columns))
    watch = Watch(table, [LossSeries("loss")], clock="step")
    watch.finish()
    if near is not None:
        alike = [e for e in watch.events if e.kind is kind]
        return min(alike, key=lambda e: abs(e.start - near), default=None)
    return choose(watch.events, kind, scenario, first)


def _columns(table: MetricTable, last: int) -> dict[str, Floats]:
    dense = [name for name in COLUMNS if name in table and table.count(name) >= last]
    return {name: table.values(name, 0, last).copy() for name in dense}


def _old_enough(ring: CheckpointRing | None, onset: int) -> tuple[Checkpoint, ...]:
    """The checkpoints before the onset, ascending; the ring goes on dropping its own."""
    if ring is None:
        return ()
    found = (ring.at_or_before(step) for step in ring.steps if step <= onset)
    return tuple(checkpoint for checkpoint in found if checkpoint is not None)


def _turns(changes: Iterable[Change]) -> dict[int, dict[str, Value]]:
    turns: dict[int, dict[str, Value]] = {}
    for change in changes:
        turns.setdefault(change.step, {})[change.key] = change.after
    return turns


def _gradient_norm(table: MetricTable, row: int) -> float | None:
    if "grad_norm" not in table:
        return None
    values = table.values("grad_norm", max(0, row - 500), max(1, row))
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else None
