"""Follows growing logs in a thread of their own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gui.threads.messages import Snapshot
from gui.threads.worker import Resident, WorkerThread, failure

if TYPE_CHECKING:
    from engine.detectors.watch import Watch
    from engine.logs.options import ReadOptions

FOLLOW_MILLISECONDS = 500


class _Follower(Resident):
    """Polls each log twice a second and reads what was appended; lives in the following thread."""

    replaced = Signal(object, object, bool)  # Path, list of Run, whether the file was replaced
    grew = Signal()
    events_found = Signal(object)  # Seen

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._wanted: dict[Path, ReadOptions | None] = {}
        self._sizes: dict[Path, tuple[int, int] | None] = {}
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
        self._followed = {path: found for path, found in self._followed.items() if path in wanted}
        # What a log had grown by between its reading and now is no part of the run yet.
        self._sizes = {path: self._sizes.get(path) or stamps.get(path) or stamp_of(path) for path in wanted}
        self._wanted = wanted

    @Slot()
    def poll(self) -> None:
        for path in self._wanted:
            try:
                self._poll_log(path)
            except Exception as error:  # an error in one log must not stop the others
                failure(error)

    def _poll_log(self, path: Path) -> None:
        followed = self._followed.get(path)
        if followed is None:
            stamp = stamp_of(path)
            if stamp in (None, self._sizes[path]):
                return
            self._sizes[path] = stamp
            followed = self._followed[path] = Followed(path, self._wanted[path])
            self._show(path, followed, False)
            return
        generation = followed.follower.generation
        if not followed.poll():
            return
        if followed.follower.generation != generation:
            self._show(path, followed, True)
        else:
            self._detect(followed)
            self.grew.emit()

    def _show(self, path: Path, followed: Followed, is_another_file: bool) -> None:
        self.replaced.emit(path, list(followed.follower.runs), is_another_file)
        self._detect(followed)

    def _detect(self, followed: Followed) -> None:
        for snapshot in followed.detect():
            self.events_found.emit(snapshot)


class Followed:
    """A growing log with its detectors."""

    def __init__(self, path: Path, options: ReadOptions | None) -> None:
        from engine.logs.following import Follower

        self.follower = Follower(path, options)
        self._watches = self._made()

    def _made(self) -> list[Watch]:
        from engine.judging import watch_of  # loaded with the first log, not with the window

        self._is_judged_to_its_end = False
        return [watch_of(run) for run in self.follower.runs]

    def poll(self) -> bool:
        """Read what was appended and return whether there was anything."""
        from engine.judging import watch_of

        generation = self.follower.generation
        changed = self.follower.poll()
        is_resumed = changed and self._is_judged_to_its_end
        if is_resumed or self.follower.generation != generation or len(self._watches) != len(self.follower.runs):
            self._watches = self._made()
        for place, run in enumerate(self.follower.runs):
            if self._watches[place].series != run.series:  # a validation loss was logged for the first time
                self._watches[place] = watch_of(run)
        return changed

    def detect(self) -> list[Snapshot]:
        """Run the detectors over the new rows, and to the end once the log says that its run has ended."""
        for run, watch in zip(self.follower.runs, self._watches):
            if self.follower.is_over and not self._is_judged_to_its_end:
                watch.finish()
            else:
                watch.advance()
            run.restart_rows = watch.restarts
        self._is_judged_to_its_end = self.follower.is_over
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

    replaced = Signal(object, object, bool)
    grew = Signal()
    events_found = Signal(object)

    _watch = Signal(object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._follower = _Follower()
        self._thread = WorkerThread("following", self._follower, self)
        self._watch.connect(self._follower.watch)
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

    def close(self) -> None:
        """End the thread."""
        self._thread.close()
