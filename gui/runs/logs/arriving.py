"""Finds trainings that are watched from now on, wherever they were started."""

from __future__ import annotations

import json
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from overshoot.home import runs_folder

POLL_MILLISECONDS, SOON_MILLISECONDS = 100, 30  # the second one while a run that has just begun is waited for
SOON_SECONDS = 10.0
READY_MILLISECONDS = 1500  # behind the window's first picture
LOOK_SECONDS = 0.005  # after which the other files wait for the next look
LEAST_ROWS = 2
HEAD_BYTES = 1 << 18
FILE = "run.jsonl"


class ArrivingRuns(QObject):
    """Looks for new folders of watched runs; a look costs one question to the file system while nothing is new.

    Signals
    -------
    announced : a run has begun, which will arrive soon, or runs have come before and may again
    arrived : Path of the run's file, once it has two rows to show
    """

    announced = Signal()
    arrived = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.folder = runs_folder()
        self.is_on = True
        self._since = time.time()
        self._stamp = 0
        self._waiting: dict[Path, int] = {}
        self._known: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._soon_until = 0.0
        QTimer.singleShot(READY_MILLISECONDS, self, self._get_ready)

    def _get_ready(self) -> None:
        if self.is_on and self.folder.is_dir():
            self.announced.emit()

    def look(self) -> None:
        """Look once."""
        if not self.is_on:
            return
        try:
            stamp = self.folder.stat().st_mtime_ns
            if stamp != self._stamp:
                self._find_new()
                self._stamp = stamp
        except OSError:
            return
        began = time.monotonic()
        for file, size in list(self._waiting.items()):
            self._ask(file, size)
            if time.monotonic() - began > LOOK_SECONDS:
                break
        is_soon = self._waiting and time.monotonic() < self._soon_until
        self._timer.setInterval(SOON_MILLISECONDS if is_soon else POLL_MILLISECONDS)

    def _find_new(self) -> None:
        for place in self.folder.iterdir():
            if place.name not in self._known:
                self._known.add(place.name)
                if place.stat().st_mtime >= self._since - 1:
                    self._waiting[place / FILE] = -1
                    self._soon_until = time.monotonic() + SOON_SECONDS
                    self.announced.emit()

    def _ask(self, file: Path, size: int) -> None:
        try:
            now = file.stat().st_size
            del self._waiting[file]
            self._waiting[file] = now  # behind the others, which are asked first at the next look
            if now == size:
                return
            with file.open("rb") as stream:
                is_enough = has_rows(stream.read(HEAD_BYTES), LEAST_ROWS)
        except OSError:
            return
        if is_enough:
            del self._waiting[file]
            self.arrived.emit(file)

    def close(self) -> None:
        """Stop looking."""
        self._timer.stop()


def has_rows(data: bytes, count: int) -> bool:
    """Whether there are so many rows in the whole lines of a run's file.

    Examples
    --------
    >>> data = b'{"overshoot":1}\\n{"rows":{"step":[1,2],"loss":[0.5,0.4]}}\\n{"rows":{"st'
    >>> has_rows(data, 2), has_rows(data, 3)
    (True, False)
    """
    rows = 0
    for line in data[: data.rfind(b"\n") + 1].splitlines():
        try:
            rows += len(json.loads(line)["rows"]["step"])
        except (ValueError, KeyError, TypeError):
            continue
        if rows >= count:
            return True
    return False
