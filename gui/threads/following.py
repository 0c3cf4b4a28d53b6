"""Follows growing logs in a thread of their own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.threads.messages import Snapshot
from gui.threads.worker import Resident, WorkerThread, failure

if TYPE_CHECKING:
    from engine.brought.live import LiveRun
    from engine.detectors.watch import Watch
    from engine.logs.options import ReadOptions
    from engine.run import Run

Given = TypeVar("Given")
Found = TypeVar("Found")
FOLLOW_MILLISECONDS = 500
LIVE_SECONDS = 600  # after the last row, a log counts as ended


@dataclass(frozen=True)
class News:
    """A log that has grown, with its runs that have enough points to be shown.

    Attributes
    ----------
    is_new : bool
        Whether runs take the place of others, or there are more of them.
    is_another_file : bool
        Whether that is because the file was truncated or replaced.
    """

    path: Path
    followed: Followed
    runs: tuple[Run, ...]
    is_new: bool = False
    is_another_file: bool = False


class _Follower(Resident):
    """Polls each log twice a second and reads what was appended; lives in the following thread."""

    replaced = Signal(object)  # list of News of logs whose runs are new ones
    grew = Signal()
    events_found = Signal(object)  # Seen

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._wanted: dict[Path, ReadOptions | None] = {}
        self._sizes: dict[Path, tuple[int, int] | None] = {}
        self._stamps: dict[Path, tuple[int, int] | None] = {}  # of the readings that are shown
        self._begun_at: dict[Path, tuple[int, int] | None] = {}  # of those whose logs are followed
        self._followed: dict[Path, Followed] = {}

    def set_up(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(FOLLOW_MILLISECONDS)
        self._timer.timeout.connect(self.poll)
        self._timer.start()

    def tear_down(self) -> None:
        self._timer = None

    @Slot(object, object)
    def watch(self, wanted: dict[Path, ReadOptions | None], stamps: dict[Path, tuple[int, int] | None]) -> None:
        # A log with another stamp was read since: what was followed is no part of the runs that are shown now.
        kept = {path for path in wanted if stamps.get(path) in (None, self._begun_at.get(path))}
        self._followed = {path: found for path, found in self._followed.items() if path in kept}
        self._stamps = stamps
        # What a log had grown by between its reading and now is no part of the run yet, nor, without a stamp, what it
        # had grown by before a run that was closed came back.
        self._sizes = {path: stamps.get(path) or self._sizes.get(path) for path in wanted}
        self._wanted = wanted

    @Slot()
    def rest(self) -> None:
        """Look at no log until there are some to watch again; what grows meanwhile is read then."""
        self._wanted = {}

    @Slot()
    def poll(self) -> None:
        """Look once at each log, and tell of all that have grown at once: each telling is a picture of the window."""
        news = [found for path in self._wanted if (found := self._guarded(self._read, path)) is not None]
        if replaced := [found for found in news if found.is_new]:
            self.replaced.emit(replaced)
        for found in news:
            self._guarded(self._detect, found.followed)
        if len(replaced) < len(news):
            self.grew.emit()

    @staticmethod
    def _guarded(call: Callable[[Given], Found], given: Given) -> Found | None:
        try:
            return call(given)
        except Exception as error:  # an error in one log must not stop the others
            failure(error)
            return None

    def _read(self, path: Path) -> News | None:
        followed = self._followed.get(path)
        if followed is None:
            stamp = stamp_of(path)
            if stamp in (None, self._sizes[path]):
                return None
            self._sizes[path] = stamp
            self._begun_at[path] = self._stamps.get(path)
            followed = self._followed[path] = Followed(path, self._wanted[path])
            return News(path, followed, followed.shown, is_new=True)
        generation, before = followed.follower.generation, _known_as(followed.shown)
        if not followed.poll():
            return None
        is_another = followed.follower.generation != generation
        return News(path, followed, followed.shown, is_another or _known_as(followed.shown) != before, is_another)

    def _detect(self, followed: Followed) -> None:
        for snapshot in followed.detect():
            self.events_found.emit(snapshot)


def _known_as(runs: Sequence[Run]) -> list[tuple[int, str]]:
    return [(id(run), run.name) for run in runs]


class Followed:
    """A growing log with its detectors."""

    def __init__(self, path: Path, options: ReadOptions | None) -> None:
        from engine.logs.following import Follower

        self.follower = Follower(path, options)
        self._is_over = False
        self._grew_at = time.monotonic()
        self._watches = self._made()
        self._note_end(self.follower.is_over)

    def _made(self) -> list[Watch]:
        from engine.brought.live import LiveRun
        from engine.judging import watch_of  # loaded with the first log, not with the window

        self._watched = runs = self.follower.runs
        self._is_judged_to_its_end = False
        self._live: LiveRun | None = LiveRun.of(runs[0]) if runs else None
        return [watch_of(run) for run in runs]

    @property
    def shown(self) -> tuple[Run, ...]:
        """The runs with enough points, as when the log is opened, or all if none has."""
        return tuple(run for run in self.follower.runs if run.usable_series()) or tuple(self.follower.runs)

    def poll(self) -> bool:
        """Read what was appended and return whether there was anything, or the run has ended."""
        from engine.judging import watch_of

        is_left = not self._is_over and self._is_left()  # asked first, so that all it has written is read then
        changed = self.follower.poll()
        is_resumed = changed and self._is_judged_to_its_end
        if is_resumed or list(map(id, self._watched)) != list(map(id, self.follower.runs)):
            self._watches = self._made()
        for place, run in enumerate(self.follower.runs):
            if self._watches[place].series != run.series:  # a validation loss was logged for the first time
                self._watches[place] = watch_of(run)
        if changed:
            self._grew_at = time.monotonic()
            self._note_end(self.follower.is_over)
        elif is_left:
            self._note_end(True)
        return changed or is_left

    def _is_left(self) -> bool:
        """Whether nobody writes a run that has not said its end: its process is gone, or it has rested for long."""
        has_ended = self._live is not None and self._live.ending is not None
        return has_ended or time.monotonic() - self._grew_at > LIVE_SECONDS

    def _note_end(self, is_over: bool) -> None:
        self._is_over = is_over
        ending = self._live.ending if is_over and self._live is not None else None
        for run in self.follower.runs:
            run.ending = ending

    def detect(self) -> list[Snapshot]:
        """Run the detectors over the new rows, and to the end once the run is over."""
        for run, watch in zip(self.follower.runs, self._watches):
            if self._is_over and not self._is_judged_to_its_end:
                watch.finish()
            else:
                watch.advance()
            run.restart_rows = watch.restarts
        self._is_judged_to_its_end = self._is_over
        return [
            Snapshot(run, watch.events, perhaps=watch.perhaps) for run, watch in zip(self.follower.runs, self._watches)
        ]


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Size in bytes and modification time in ns, for a folder over all its files; None if it cannot be read."""
    try:
        if path.is_dir():
            parts = [p.stat() for p in path.rglob("*") if p.is_file()]
            return sum(p.st_size for p in parts), max((p.st_mtime_ns for p in parts), default=0)
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


class LogFollowing(QObject):
    """GUI-thread side of following logs; the thread starts with the first log."""

    replaced = Signal(object)
    grew = Signal()
    events_found = Signal(object)

    _watch = Signal(object, object)
    _rest = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._follower = _Follower()
        self._thread = WorkerThread("following", self._follower, self)
        self._watch.connect(self._follower.watch)
        self._rest.connect(self._follower.rest)
        self._follower.replaced.connect(self.replaced)
        self._follower.grew.connect(self.grew)
        self._follower.events_found.connect(self.events_found)

    def watch(
        self, wanted: dict[Path, ReadOptions | None], stamps: dict[Path, tuple[int, int] | None] | None = None
    ) -> None:
        """Follow exactly these logs, each with its read options and its stamp before it was read."""
        if wanted:
            self._thread.ensure()
        self._watch.emit(wanted, stamps or {})

    def rest(self) -> None:
        """Follow nothing until the next `watch`, which goes on where it was left."""
        self._rest.emit()

    def close(self) -> None:
        """End the thread."""
        self._thread.close()
