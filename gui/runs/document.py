"""The open runs with their events, notes and visibility; free of Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVarTuple, Unpack

from engine.events import Event
from engine.remarks import Remark
from engine.run import Run

if TYPE_CHECKING:
    from engine.library.labels import Refusal

Payload = TypeVarTuple("Payload")


@dataclass
class Shown:
    """A run and its state in the window; `events` is None until the detectors have read it.

    `perhaps` is what they found too doubtful to be an event, `refused` what the person says is none.
    """

    run: Run
    events: tuple[Event, ...] | None = None
    is_visible: bool = True
    is_live: bool = False
    perhaps: tuple[Remark, ...] = ()
    refused: tuple[Refusal, ...] = ()

    @property
    def listed(self) -> tuple[Event, ...]:
        """The events to show."""
        return tuple(event for event in self.events or () if event.is_listed and not self.is_refused(event))

    def is_refused(self, event: Event) -> bool:
        """Whether the person says that an event is none."""
        return any(one.means(event) for one in self.refused)


@dataclass(frozen=True)
class RunsChange:
    """What has changed.

    Attributes
    ----------
    lines : bool
        Runs were added or removed.
    looks : bool
        Visibility, the active run, a name or a run's data has changed.
    events : Shown or None
        The run whose events have changed.
    notes : Run or None
        The run whose notes have changed.
    """

    lines: bool = False
    appearance: bool = False
    events: Shown | None = None
    notes: Run | None = None


class Observers(Generic[*Payload]):
    """Plain callables, called in the order of their connection."""

    def __init__(self) -> None:
        self._calls: list[Callable[[Unpack[Payload]], object]] = []

    def connect(self, call: Callable[[Unpack[Payload]], object]) -> None:
        self._calls.append(call)

    def emit(self, *payload: *Payload) -> None:
        for call in tuple(self._calls):
            call(*payload)


class Runs:
    """The open runs, in the order of their addition.

    Attributes
    ----------
    observers : Observers of RunsChange
        Called after every change, before the other two.
    changed : Observers
        Called after runs were added or removed, or their visibility or activity has changed.
    events_changed : Observers of Shown
        Called with the run whose events have changed.
    """

    def __init__(self) -> None:
        self._shown: list[Shown] = []
        self._active: Shown | None = None
        self._removed: list[tuple[int, Shown]] = []
        self._notes: dict[str, Mapping[int, str]] = {}
        self._refused: dict[str, tuple[Refusal, ...]] = {}
        self.observers: Observers[RunsChange] = Observers()
        self.changed: Observers[()] = Observers()
        self.events_changed: Observers[Shown] = Observers()

    def _notify(self, change: RunsChange) -> None:
        self.observers.emit(change)
        if change.lines or change.appearance:
            self.changed.emit()
        if change.events is not None:
            self.events_changed.emit(change.events)

    # State

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def all(self) -> tuple[Shown, ...]:
        """All runs, visible or not."""
        return tuple(self._shown)

    @property
    def active(self) -> Shown | None:
        """The run that the panels show."""
        return self._active

    @property
    def visible(self) -> list[Run]:
        """The visible runs."""
        return [s.run for s in self._shown if s.is_visible]

    def notes(self, run: Run) -> Mapping[int, str] | None:
        """The notes on a run, row to text; None before they were loaded."""
        return self._notes.get(run.id)

    # Changes

    def add(self, run: Run, is_alone: bool = False) -> Shown:
        """Add a run and make it active; runs of another kind, or all others if `is_alone`, are hidden."""
        shown = self._put(run, is_alone)
        self._notify(RunsChange(lines=True, appearance=True))
        return shown

    def _put(self, run: Run, is_alone: bool = False) -> Shown:
        self._hide_others(run, is_alone)
        self._active = self._shown_of(run)
        self._shown.append(self._active)
        return self._active

    def _shown_of(self, run: Run) -> Shown:
        return Shown(run, refused=self._refused.get(run.id, ()))

    def _hide_others(self, run: Run, is_alone: bool = False) -> None:
        for other in self._shown:
            if is_alone or other.run.origin.kind is not run.origin.kind:
                other.is_visible = False

    def add_beside(self, run: Run, other: Run) -> None:
        """Add a run derived from another one, which stays visible."""
        self._put(run)
        for shown in self._shown:
            if shown.run is other:
                shown.is_visible = True
        self._notify(RunsChange(lines=True, appearance=True))

    def put_log(self, runs: Sequence[Run]) -> None:
        """Add the runs of one log; they replace earlier ones of the same log."""
        path = runs[0].origin.path if runs else None
        before = [s for s in self._shown if path is not None and s.run.origin.path == path]
        for old, new in zip(before, runs):
            old.run, old.events, old.perhaps, old.is_visible = new, None, (), True
            old.refused = self._refused.get(new.id, ())
            self._active = old
        added = [self._shown_of(run) for run in runs[len(before) :]]
        if added:
            self._hide_others(added[0].run)  # the runs of a log are of one kind
            self._shown += added
            self._active = added[-1]
        for old in before[len(runs) :]:
            self._shown.remove(old)
        if runs:
            self._notify(RunsChange(lines=len(runs) != len(before), appearance=True))

    def activate(self, row: int) -> None:
        """Make a run active."""
        if 0 <= row < len(self._shown) and self._shown[row] is not self._active:
            self._active = self._shown[row]
            self._active.is_visible = True
            self._notify(RunsChange(appearance=True))

    def set_visible(self, row: int, is_visible: bool) -> None:
        """Show or hide a run."""
        self._shown[row].is_visible = is_visible
        self._notify(RunsChange(appearance=True))

    def show_only(self, run: Run) -> None:
        """Hide all other runs."""
        for shown in self._shown:
            shown.is_visible = shown.run is run
        self._notify(RunsChange(appearance=True))

    def show_all(self) -> None:
        """Show every run."""
        for shown in self._shown:
            shown.is_visible = True
        self._notify(RunsChange(appearance=True))

    def rename(self, run_id: str, name: str) -> None:
        """Rename a run, if it is open."""
        for shown in self._shown:
            if shown.run.id == run_id:
                shown.run.name = name
                self._notify(RunsChange(appearance=True))

    def remove_active(self) -> Run | None:
        """Remove the active run; `restore` brings it back."""
        if self._active is None:
            return None
        gone, row = self._active, self._shown.index(self._active)
        self._shown.remove(gone)
        self._removed.append((row, gone))
        self._active = self._shown[min(row, len(self._shown) - 1)] if self._shown else None
        self._notify(RunsChange(lines=True, appearance=True))
        return gone.run

    def restore(self) -> None:
        """Restore the run removed last."""
        if not self._removed:
            return
        row, shown = self._removed.pop()
        again = next((i for i, other in enumerate(self._shown) if other.run.id == shown.run.id), None)
        if again is not None:  # reopened meanwhile
            self.activate(again)
            return
        self._shown.insert(row, shown)
        self._active = shown
        self._notify(RunsChange(lines=True, appearance=True))

    def replace(self, pairs: Sequence[tuple[Run, Run]], added: Sequence[tuple[Run | None, Run]] = ()) -> None:
        """Replace runs by others, read again from the same logs, and add new ones; their names may have changed.

        Parameters
        ----------
        pairs : sequence of old and new Run
        added : sequence of Run and the new Run that follows it; None if that is the first one of its log
        """
        for old, new in pairs:
            for shown in self._shown:
                if shown.run is old:
                    shown.run, shown.is_live = new, True
        for before, run in added:
            of_log = [at for at, shown in enumerate(self._shown) if shown.run.origin.path == run.origin.path]
            place = next((at + 1 for at in of_log if self._shown[at].run is before), of_log[0] if of_log else 0)
            self._shown.insert(place, replace(self._shown_of(run), is_live=True))
        self._notify(RunsChange(lines=bool(added), appearance=True))

    def was_removed(self, run_id: str) -> bool:
        """Whether a person has removed a run, which can be restored."""
        return any(shown.run.id == run_id for _row, shown in self._removed)

    def set_events(self, run: Run, events: tuple[Event, ...], perhaps: tuple[Remark, ...] = ()) -> None:
        """Store the detectors' events for a run, and what they found too doubtful to be one."""
        shown = next((s for s in self._shown if s.run is run), None)
        if shown is not None and (shown.events is not events or shown.perhaps != perhaps):
            shown.events, shown.perhaps = events, perhaps
            self._notify(RunsChange(events=shown))

    def refuse(self, run: Run, refused: Sequence[Refusal]) -> None:
        """Take these events of a run for none, and no others."""
        self._refused[run.id] = tuple(refused)
        for shown in self._shown:
            if shown.run.id == run.id:
                shown.refused = tuple(refused)
                self._notify(RunsChange(events=shown))

    def set_notes(self, run: Run, notes: Mapping[int, str]) -> None:
        """Store the notes on a run: row to text."""
        before = self._notes.get(run.id, {})
        self._notes[run.id] = dict(notes)
        if dict(notes) != before:
            self._notify(RunsChange(notes=run))
