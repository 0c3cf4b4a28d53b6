"""The reference of an experiment: the run with the event under test, and what is needed to rewind it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.brought.knobs import defaults_of, knobs_of
from engine.brought.source import Brought, Place
from engine.detectors.watch import Watch
from engine.events import Event, EventKind, Severity
from engine.experiments.case import Case
from engine.experiments.fork_jobs import COLUMNS
from engine.experiments.records import Recording
from engine.experiments.stations import Turns
from engine.i18n import _
from engine.run import Change, Origin, OriginKind, Run, Value, settings_after
from engine.scenarios.base import scenario_named
from engine.series import LossSeries
from engine.table import Floats, MetricTable
from engine.tasks.settings import Setting

if TYPE_CHECKING:
    from engine.training.checkpoints import Checkpoint
    from engine.training.rewinding import CheckpointRing

CHECK_EVERY = 64  # steps between two checks of the detectors while a run is recorded
DEFAULT_RING_BYTES = 64 << 20
SHORTEST_REACH, LONGER = 60, 1.5
STALL_SHARE = 0.4
ONSET_SLACK = 10  # rows by which a reported onset may precede the change that caused the event
LEAST_CONFIDENCE = 0.5  # of an event that is neither expected in the scenario nor follows a change
SAME_ONSET = 0.1  # tolerance as a share of the distance from onset to horizon, at least five rows
LASTING = (EventKind.KICK_IN, EventKind.PLATEAU, EventKind.STALLED, EventKind.EPOCH_BOUNDARY, EventKind.FLUCTUATION)


class CannotProve(ValueError):
    """There is nothing to prove; the text is meant for the user."""


@dataclass(frozen=True)
class Reference:
    """A run up to the horizon of an experiment.

    Attributes
    ----------
    turns : mapping of int to mapping
        Values turned, by the first step trained with them.
    columns : mapping of str to ndarray
        The table's dense columns up to the horizon; row i is step i + 1.
    event : Event
        The event under test, as the detectors report it from these columns at the horizon.
    checkpoints : tuple of Checkpoint
        Ascending; if empty, forks start at step 0.
    horizon : int
        The last step of every fork.
    brought : Brought or None
        The person's own training, with its states in `places`; None for a demo.
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
    brought: Brought | None = None
    places: tuple[Place, ...] = ()

    @property
    def onset(self) -> int:
        """The step of the event's onset."""
        return self.event.start + 1

    def settings_at_onset(self) -> dict[str, Value]:
        """The settings of the step at the onset."""
        return settings_after(self.settings, self.changes, self.onset)

    def run(self) -> Run:
        """The run up to the horizon, for describing events."""
        table = MetricTable(COLUMNS)
        table.extend(dict(self.columns))
        origin = Origin(OriginKind.TRAINING, scenario=self.scenario, seed=self.seed)
        name = f"{self.scenario} {self.seed}"
        return Run(name, table, (LossSeries("loss"),), origin, "step", self.settings, list(self.changes))

    def case(self) -> Case:
        """The case that factors decide on."""
        knobs, defaults = self._declared()
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
            self.brought is not None,
        )

    def _declared(self) -> tuple[dict[str, Setting], Mapping[str, Value]]:
        """The settings there are, and the values that do not count as changed."""
        if self.brought is not None:
            return knobs_of(self.brought.training), {**self.settings, **defaults_of(self.brought.training)}
        scenario = scenario_named(self.scenario)
        knobs = {s.key: s for s in scenario.settings}
        # A mechanism or a data set implies defaults of its own, which do not count as changes.
        return knobs, scenario.resolved({key: self.settings[key] for key in ("mechanism", "data") if key in knobs})


def enough_of(event: Event, last_step: int) -> int:
    """The step up to which a run must be trained to choose its horizon, once its event was reported."""
    if event.kind is EventKind.EPOCH_BOUNDARY:
        return min(last_step, event.raised + 1)  # it has recurred at several boundaries already
    return min(last_step, event.raised + 1 + max(SHORTEST_REACH, (event.raised - event.start) // 4))


def horizons(event: Event, last_step: int, stall_share: float = STALL_SHARE) -> Iterator[int]:
    """Candidate last steps of the forks, ascending: 60 after the onset, then 1.5 times as far each time.

    The first at which the run itself shows the event is chosen: detectors often report an event long after it is
    visible, and in longer forks an unrelated one may follow.
    """
    onset, reach = event.start + 1, float(SHORTEST_REACH)
    if event.kind is EventKind.STALLED:
        reach = max(reach, stall_share * last_step)  # no progress in a few steps is not a stall yet
    if event.kind in (EventKind.PLATEAU, EventKind.KICK_IN):
        reach = max(reach, event.end + 20.0 - event.start)
    while onset + reach < last_step:
        yield round(onset + reach)
        reach *= LONGER
    yield last_step


def record(
    scenario: str,
    seed: int = 0,
    settings: Mapping[str, object] | None = None,
    injections: Mapping[int, Mapping[str, object]] | None = None,
    kind: EventKind | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Generator[Recording, None, Reference]:
    """Train until the event is reported and on to the horizon, yielding the progress.

    Parameters
    ----------
    kind : EventKind, optional
        By default the gravest of those expected in the scenario, else the gravest that occurs (see `choose`).

    Raises
    ------
    CannotProve
        If there is no such event, or it was cancelled before.
    SettingError
        If a setting is refused.
    """
    from engine.training.rewinding import CheckpointRing
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
            wanted = _event_to_stop_at(watch.events, kind, scenario, first) or wanted
            until = session.total_steps if wanted is None else enough_of(wanted, session.total_steps)
            yield Recording(session.step, until, None if wanted is None else wanted.kind)
        if session.step >= until < session.total_steps and not _has_event(session.run.table, kind, scenario, first):
            wanted, until = None, session.total_steps
    return from_run(session.run, ring, kind, session.samples, first)


def _has_event(table: MetricTable, kind: EventKind | None, scenario: str, first: int) -> bool:
    """Whether an event remains when the run is read as a whole, since live reports may be revised."""
    return choose(events_of(columns_of(table, len(table))), kind, scenario, first) is not None


def _event_to_stop_at(events: Iterable[Event], kind: EventKind | None, scenario: str, first: int) -> Event | None:
    """The event that ends the recording; None while one expected in the scenario may still follow."""
    found = choose(events, kind, scenario, first)
    own = _own_kinds(scenario)
    if found is None or kind is not None or first or not own:
        return found
    return found if found.kind is own[0] and _is_grave(found) else None


def _is_grave(event: Event) -> bool:
    """Whether no graver event of the kind is to be expected; a sudden one of low severity may precede it."""
    return event.kind in LASTING or event.severity is not Severity.INFO


def _own_kinds(scenario: str) -> tuple[EventKind, ...]:
    """The kinds expected in a scenario: sudden ones first, which have a clear onset, then lasting ones.

    A plateau is last, since its end is more informative.
    """
    shows = scenario_named(scenario).shows if scenario else ()  # nothing is known of a brought training
    return tuple(sorted(shows, key=lambda kind: (kind in LASTING, kind is EventKind.PLATEAU)))


def choose(events: Iterable[Event], kind: EventKind | None, scenario: str, first: int = 0) -> Event | None:
    """Choose the event to test if the user names none, or only its kind.

    The gravest of the kinds expected in the scenario; of equally grave ones the kind it is about, then the earliest,
    which may have caused the others. If there are none, the gravest that is confident enough; one of severity INFO only
    if it is locked to the epoch, which no healthy training is. Events before a change injected at step `first` cannot
    be its consequence. Events explained by another one are left out unless requested by kind.
    """
    found = [e for e in events if e.end + 1 >= first and (e.is_listed or e.kind is kind)]
    if kind is not None:
        found = [e for e in found if e.kind is kind]
        return min(found, key=lambda e: (not e.is_listed, e.start), default=None)
    after = [e for e in found if e.start + 1 + ONSET_SLACK >= first]
    own = _own_kinds(scenario)
    if not first and (shown := [e for e in after if e.kind in own]):
        return min(shown, key=lambda e: (-e.severity.rank, own.index(e.kind), e.start))
    likely = after if first else [e for e in after if e.kind in own or e.confidence >= LEAST_CONFIDENCE]
    grave = [e for e in likely if e.severity is not Severity.INFO or e.kind in (*own, EventKind.EPOCH_BOUNDARY)]
    return min(grave, key=lambda e: (-e.severity.rank, e.start), default=None)


def from_run(
    run: Run,
    checkpoints: CheckpointRing | None,
    kind: EventKind | None,
    samples: int,
    first: int = 0,
    event: Event | None = None,
) -> Reference:
    """A reference from an existing run, finished or still training, as far as it was published.

    Raises
    ------
    CannotProve
        If the run is a log, or has no such event.
    """
    origin = run.origin
    if origin.scenario is None:
        raise CannotProve(_("a loaded log cannot be rewound: a proof needs a demo training"))
    length = len(run.table)
    whole = columns_of(run.table, length)
    if event is None:
        event = choose(events_of(whole), kind, origin.scenario, first)
    found = None if event is None else first_reported(run.table, event, length)
    if found is None:
        raise CannotProve(no_event(kind))
    reported, last = found
    return Reference(
        scenario=origin.scenario,
        seed=origin.seed or 0,
        settings=dict(run.settings),
        turns=run.turns(),
        changes=tuple(run.changes),
        columns={name: values[:last] for name, values in whole.items()},
        event=reported,
        checkpoints=_old_enough(checkpoints, reported.start + 1),
        horizon=last,
        samples=samples,
        gradient_norm=gradient_norm(run.table, reported.start),
    )


def no_event(kind: EventKind | None) -> str:
    if kind is None:
        return _("the run has no event of severity warning or above to prove")
    return _("the run has no event of kind {kind}").format(kind=kind.value)


def first_reported(
    table: MetricTable, event: Event, length: int, stall_share: float = STALL_SHARE
) -> tuple[Event, int] | None:
    """The event as reported at the first horizon that shows it, and that horizon; of a stall, none below a share.

    For a short event 1.5 times as long, so that a fork that only delays it does not count as clean.
    """
    for last in horizons(event, length, stall_share):
        reported = _matching_event(columns_of(table, last), event, last)
        if reported is None:
            continue
        onset = reported.start + 1
        longer = min(length, round(onset + LONGER * (last - onset)))
        if (
            event.kind not in LASTING
            and (later := _matching_event(columns_of(table, longer), event, longer)) is not None
        ):
            return later, longer
        return reported, last
    return None


def _matching_event(columns: Mapping[str, Floats], event: Event, last: int) -> Event | None:
    """The event of the same kind and onset in these columns; None if there is none."""
    same = max(5.0, SAME_ONSET * (last - event.start))
    near = [e for e in events_of(columns) if e.kind is event.kind and abs(e.start - event.start) <= same]
    return min(near, key=lambda e: abs(e.start - event.start), default=None)


def events_of(columns: Mapping[str, Floats]) -> tuple[Event, ...]:
    table = MetricTable(COLUMNS)
    table.extend(dict(columns))
    watch = Watch(table, [LossSeries("loss")], clock="step")
    watch.finish()
    return watch.events


def columns_of(table: MetricTable, last: int) -> dict[str, Floats]:
    dense = [name for name in COLUMNS if name in table and table.count(name) >= last]
    return {name: table.values(name, 0, last).copy() for name in dense}


def _old_enough(ring: CheckpointRing | None, onset: int) -> tuple[Checkpoint, ...]:
    """A copy of the checkpoints before the onset, ascending, since the ring keeps dropping some."""
    if ring is None:
        return ()
    return tuple(checkpoint for checkpoint in ring.kept if checkpoint.step <= onset)


def gradient_norm(table: MetricTable, row: int) -> float | None:
    if "grad_norm" not in table:
        return None
    values = table.values("grad_norm", max(0, row - 500), max(1, row))
    values = values[np.isfinite(values)]
    return float(np.median(values)) if len(values) else None
