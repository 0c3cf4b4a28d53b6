"""What became of each event while a run grew: still going, withdrawn with a reason, or pinned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.diagnosis.places import label
from engine.events import Event, EventState
from engine.i18n import _
from engine.library.labels import Label
from engine.run import OriginKind, Run
from gui.runs.document import Shown

MOST_WITHDRAWN = 4


@dataclass(frozen=True)
class Withdrawn:
    """An event that is reported no longer, and why."""

    event: Event
    reason: str


@dataclass
class _Memory:
    seen: dict[str, Event] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)
    marks: tuple[Label, ...] = ()


class Standings:
    """Remembers the events of every run of this session, by run id and event id."""

    def __init__(self) -> None:
        self._runs: dict[str, _Memory] = {}

    def _of(self, run: Run) -> _Memory:
        return self._runs.setdefault(run.id, _Memory())

    def listed(self, shown: Shown) -> tuple[Event, ...]:
        """The events to show: those reported, and pinned ones that were withdrawn; none that the person refuses."""
        memory = self._of(shown.run)
        now = shown.listed
        memory.seen |= {event.id: event for event in now}
        kept = [memory.seen[key] for key in memory.pinned - {event.id for event in now} if key in memory.seen]
        pinned = [event for event in kept if not shown.is_refused(event)]
        return tuple(sorted((*now, *pinned), key=lambda event: (event.start, event.id))) if pinned else now

    def withdrawn(self, shown: Shown) -> list[Withdrawn]:
        """The latest events that a growing run no longer reports, the newest first."""
        memory, run = self._of(shown.run), shown.run
        if run.origin.kind is not OriginKind.TRAINING and not shown.is_live:
            return []
        gone = [
            Withdrawn(event, reason)
            for event in memory.seen.values()
            if event.id not in memory.pinned and not shown.is_refused(event) and (reason := self.reason(shown, event))
        ]
        return sorted(gone, key=lambda w: -w.event.raised)[:MOST_WITHDRAWN]

    def reason(self, shown: Shown, event: Event) -> str:
        """Why an event is reported no longer; empty if it is, or goes on as another one of its kind."""
        reported = {other.id: other for other in shown.events or ()}
        now = reported.get(event.id)
        if now is not None and now.is_listed:
            return ""
        if now is None and any(_is_same(event, other) for other in shown.listed):
            return ""
        by = reported.get(now.absorbed_by or "") if now is not None else None
        if by is None:
            return _("Withdrawn: the steps after it did not bear it out")
        from engine.diagnosis.sentences import title

        return _("Withdrawn: part of “{title}”, {where}").format(title=title(by.kind), where=label(shown.run, by.start))

    def is_pinned(self, run: Run, event_id: str) -> bool:
        return event_id in self._of(run).pinned

    def pin(self, run: Run, event_id: str, is_pinned: bool = True) -> None:
        """Keep an event in sight, whatever is reported later."""
        pinned = self._of(run).pinned
        (pinned.add if is_pinned else pinned.discard)(event_id)

    # What the person says

    def marks(self, run: Run) -> tuple[Label, ...]:
        """The events that the person has marked, by their start."""
        return self._of(run).marks

    def mark(self, run: Run, labels: Iterable[Label]) -> None:
        """Set the events that the person has marked."""
        self._of(run).marks = tuple(sorted(labels, key=lambda label: (label.start, label.end)))


def _is_same(event: Event, other: Event) -> bool:
    is_over = event.start <= other.end and other.start <= event.end
    return (event.kind, event.series) == (other.kind, other.series) and is_over


def going_on(where: str, event: Event) -> str:
    """The place of an event, and whether it may still change."""
    return _("{where} · still going").format(where=where) if event.state is EventState.OPEN else where
