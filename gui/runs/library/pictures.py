"""What the list of the library shows of each run beside its name, read one run at a time while nothing else is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from engine.events import EventKind
from engine.library import Entry, Library, LibraryError
from gui.runs.document import Shown
from gui.runs.start.small_curve import SmallCurve, of_shown
from gui.runs.start.thumbnails import Thumbnails
from gui.runs.table.facts import last

MOST_ROWS = 100_000  # a longer run is read when it is opened


@dataclass(frozen=True)
class Sight:
    """A run at a glance: its curve, the kinds of its events, the gravest first, and its last loss.

    `kinds` is None where they are not known.
    """

    curve: SmallCurve = field(default_factory=SmallCurve)
    kinds: tuple[EventKind, ...] | None = None
    last: float | None = None


class Sights(QObject):
    """Reads the runs of a list in its order; logs are not read again, but have what was seen of them last.

    Signals
    -------
    seen : id of a run
    """

    seen = Signal(str)

    def __init__(self, library: Library, parent: QObject) -> None:
        super().__init__(parent)
        self._library, self._thumbnails = library, Thumbnails()
        self._known: dict[str, tuple[float, Sight]] = {}  # id -> time of its last change, and what was seen
        self._due: list[Entry] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)

    def of(self, run_id: str) -> Sight:
        """What is known of a run."""
        return self._known[run_id][1] if run_id in self._known else Sight()

    def want(self, entries: Sequence[Entry]) -> None:
        """Look at those that were not seen since they changed."""
        self._due = [e for e in entries if e.id not in self._known or self._known[e.id][0] != e.updated]
        if self._due:
            self._timer.start()

    def _look(self) -> None:
        if not self._due:
            self._timer.stop()
            return
        entry = self._due.pop(0)
        self._known[entry.id] = entry.updated, self._sight(entry)
        self.seen.emit(entry.id)

    def _sight(self, entry: Entry) -> Sight:
        if entry.path is not None or entry.rows > MOST_ROWS:
            kept = self._thumbnails.of(entry.id if entry.path is None else str(entry.path.absolute()))
            return Sight(kept.curve, kept.kinds) if kept is not None else Sight()
        try:
            run, events = self._library.load(entry.id)
        except LibraryError:  # said when it is opened
            return Sight()
        shown = Shown(run, events=events)
        kinds = dict.fromkeys(event.kind for event in sorted(shown.listed, key=lambda event: -event.severity.rank))
        return Sight(of_shown(shown), tuple(kinds), last(run, run.series[0].name) if run.series else None)
