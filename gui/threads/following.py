"""Reads logs that grow, beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.detectors.watch import Watch
from gui.threads.messages import Seen
from gui.threads.worker import Resident, WorkerThread, failure

if TYPE_CHECKING:
    from engine.logs.options import ReadOptions

FOLLOW_MILLISECONDS = 500


class _Follower(Resident):
    """Lives in the following thread: looks at each log twice a second and reads what was appended."""

    replaced = Signal(object, object, bool)  # Path, list of Run, whether it is another file than before
    grew = Signal()
    judged = Signal(object)  # Seen

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._wanted: dict[Path, ReadOptions | None] = {}
        self._sizes: dict[Path, tuple[int, int] | None] = {}
        self._followed: dict[Path, Followed] = {}

    def prepare(self) -> None:
        self._timer = QTimer()
        self._timer.setInterval(FOLLOW_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def rest(self) -> None:
        self._timer = None

    @Slot(object)
    def watch(self, wanted: dict[Path, ReadOptions | None]) -> None:
        self._followed = {path: found for path, found in self._followed.items() if path in wanted}
        self._sizes = {path: self._sizes[path] if path in self._sizes else _stamp(path) for path in wanted}
        self._wanted = wanted

    @Slot()
    def look(self) -> None:
        for path in self._wanted:
            try:
                self._look_at(path)
            except Exception as error:  # one log that trips the program must not cost the others
                failure(error)

    def _look_at(self, path: Path) -> None:
        followed = self._followed.get(path)
        if followed is None:
            stamp = _stamp(path)
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
            self._judge(followed)
            self.grew.emit()

    def _show(self, path: Path, followed: Followed, is_another_file: bool) -> None:
        self.replaced.emit(path, list(followed.follower.runs), is_another_file)
        self._judge(followed)

    def _judge(self, followed: Followed) -> None:
        for seen in followed.judge():
            self.judged.emit(seen)


class Followed:
    """One log that grows, and its detectors."""

    def __init__(self, path: Path, options: ReadOptions | None) -> None:
        from engine.logs.following import Follower

        self.follower = Follower(path, options)
        self._watches = self._made()

    def _made(self) -> list[Watch]:
        return [Watch(run.table, run.series, run.clock) for run in self.follower.runs]

    def poll(self) -> bool:
        """Read what was appended; whether there was anything."""
        generation = self.follower.generation
        changed = self.follower.poll()
        if self.follower.generation != generation or len(self._watches) != len(self.follower.runs):
            self._watches = self._made()
        return changed

    def judge(self) -> list[Seen]:
        """Let the detectors read the new rows."""
        for run, watch in zip(self.follower.runs, self._watches):
            if watch.advance():
                run.begun = watch.begun
        return [Seen(run, watch.events) for run, watch in zip(self.follower.runs, self._watches)]


def _stamp(path: Path) -> tuple[int, int] | None:
    """What changes when a file grows; a folder's files are looked at one by one when it is followed."""
    try:
        if path.is_dir():
            parts = [p.stat() for p in path.rglob("*") if p.is_file()]
            return sum(p.st_size for p in parts), max((p.st_mtime_ns for p in parts), default=0)
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


class LogFollowing(QObject):
    """The window's side of following logs, in a thread of its own that starts with the first log."""

    replaced = Signal(object, object, bool)
    grew = Signal()
    judged = Signal(object)

    _watch = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._follower = _Follower()
        self._thread = WorkerThread("following", self._follower, self)
        self._watch.connect(self._follower.watch)
        self._follower.replaced.connect(self.replaced)
        self._follower.grew.connect(self.grew)
        self._follower.judged.connect(self.judged)

    def watch(self, wanted: dict[Path, ReadOptions | None]) -> None:
        """Follow these logs, read with these choices, and no others."""
        if wanted:
            self._thread.ensure()
        self._watch.emit(wanted)

    def close(self) -> None:
        """End the thread."""
        self._thread.close()
