"""Follows a growing log: parses only appended bytes, and detects truncation and rotation."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from engine.logs.assembling import assemble
from engine.logs.errors import LogError
from engine.logs.feeds import RowFeed
from engine.logs.folders import files_below
from engine.logs.naming import named
from engine.logs.options import Derive, ReadOptions, Restarts
from engine.logs.percentages import has_other_units
from engine.logs.reading import fitting_formats, open_log
from engine.logs.settings.telling import tell_settings
from engine.logs.source import Source
from engine.logs.text import decode
from engine.run import Origin, OriginKind, Run
from engine.table import Floats, Sparse

TAIL_BYTES = 256
LARGEST_PORTION = 64 << 20


class Place(NamedTuple):
    """A file and the position up to which it was read; `tail` are the bytes before it."""

    device: int
    inode: int
    offset: int
    tail: bytes


def file_to_follow(path: Path) -> Path:
    """The file that grows in the folder of a watched run; any other path as it is."""
    file = path / "run.jsonl"
    return file if file.is_file() and not any(path.glob("run.*.jsonl")) else path


class Follower:
    """Reads a log and what is appended to it.

    `poll` is cheap if nothing has changed and may be called several times a second from any one thread; it appends to
    the tables of `runs`, and adds runs to them where the log has more. After the file was truncated or replaced, `runs`
    has new runs and `generation` is larger.

    Parameters
    ----------
    path : str or Path
        A file or a folder. A file may be empty or missing at first.
    """

    def __init__(self, path: str | Path, options: ReadOptions | None = None) -> None:
        self._given = Path(path)
        self.path = file_to_follow(self._given)
        self.options = options or ReadOptions()
        self.runs: list[Run] = []
        self.generation = 0
        self.error: LogError | None = None
        self._feed: RowFeed | None = None
        self._place: Place | None = None
        self._signature: object = None
        self._names: list[str] = []  # that the log gives to the runs
        self.poll()

    @property
    def is_over(self) -> bool:
        """Whether the log says that its run has ended."""
        return self._feed is not None and self._feed.is_over

    def poll(self) -> bool:
        """Read what is new and return whether anything has changed."""
        if (path := file_to_follow(self._given)) != self.path:  # a second process has begun to write, or the first one
            self.path, self._feed, self._place, self._signature = path, None, None, None
        if self._feed is not None and self._place is not None and self.runs:
            appended = self._appended(self._place)
            if appended is not None:
                return self._append(appended)
        signature = self._file_state()
        if signature is None or signature == self._signature:
            return False
        self._signature = signature
        return self._read_all()

    def _file_state(self) -> object:
        """A value that changes with the content of the file; None if there is nothing to read."""
        try:
            if self.path.is_dir():
                return tuple((p, s.st_size, s.st_mtime_ns) for p in files_below(self.path, "*") if (s := p.stat()))
            status = self.path.stat()
        except OSError:
            return None
        return (status.st_ino, status.st_size, status.st_mtime_ns) if status.st_size else None

    def _read_all(self) -> bool:
        """Read from the start, appending new rows to the existing tables if they fit."""
        try:
            runs = self._open()
        except LogError as error:
            self.error = error
            return False
        self.error = None
        names, before = [run.name for run in runs], dict(zip(map(id, self.runs), self._names))
        pairs = matched(self.runs, runs, dict(zip(self._names, self.runs)))
        continued = [(old, new) for old, new in pairs if continues(old, new)]
        ended = {id(run) for run in self.runs if run.usable_series()} - {id(old) for old, _new in continued}
        if ended or not continued:
            self.generation += bool(self.runs)
            self.runs, self._names = runs, names
            return True
        going_on = [(old, new) for old, new in continued if not has_other_units(old, new)]
        changes = [_extend(old, new) | _rename(old, before[id(old)], new.name) for old, new in going_on]
        first = {id(new): old for old, new in going_on}
        self.runs, self._names = [first.get(id(run), run) for run in runs], names
        return any(changes) or len(going_on) < len(runs)

    def _open(self) -> list[Run]:
        self._feed, self._place = None, None
        source = Source(self.path)
        if not source.is_plain_file:
            return open_log(self.path, self.options)
        place = _place(self.path)
        source = Source(self.path, place.offset)
        for chosen in fitting_formats(source, self.options):
            try:
                read, feed = chosen.start_following(source, self.options)
                sheets = named(read, self.options)
                tell_settings(sheets, source)
                origin = Origin(OriginKind.LOG, self._given, chosen.name)
                runs = [run for sheet in sheets for run in assemble(sheet, self.options, origin, source.name)]
            except LogError:
                continue
            if len(runs) == 1 and self._is_plain:
                self._feed, self._place = feed, place
            if runs:
                return runs
        return open_log(self.path, self.options)

    @property
    def _is_plain(self) -> bool:
        """Whether new rows change no earlier rows and start no new run."""
        return self.options.derive is Derive.NOTHING and self.options.restarts is Restarts.ONE

    def _appended(self, place: Place) -> bytes | None:
        """The whole lines that were appended; None if it is a different file."""
        try:
            with self.path.open("rb") as stream:
                status = os.fstat(stream.fileno())
                if (status.st_dev, status.st_ino) != place[:2] or status.st_size < place.offset:
                    return None
                stream.seek(place.offset - len(place.tail))
                if stream.read(len(place.tail)) != place.tail:
                    return None
                data = stream.read(LARGEST_PORTION)
        except OSError:
            return b""  # removed and not yet written again
        return data[: _last_line_end(data)]

    def _append(self, data: bytes) -> bool:
        if not data:
            return False
        place, run = self._place, self.runs[0]
        assert place is not None
        assert self._feed is not None
        self._place = place._replace(offset=place.offset + len(data), tail=(place.tail + data)[-TAIL_BYTES:])
        lines = decode(data).replace("\r\n", "\n").split("\n")
        changed = self._feed.extend(run, lines, dict(self.options.names))
        if self._feed.accuracies.are_outdated:
            self._signature = None
            return self._read_all() or changed
        return changed


def _place(path: Path) -> Place:
    """The position at the end of the last whole line."""
    with path.open("rb") as stream:
        status = os.fstat(stream.fileno())
        start = max(0, status.st_size - (1 << 20))
        stream.seek(start)
        end = start + _last_line_end(stream.read(status.st_size - start))
        offset = end if end > start else status.st_size
        stream.seek(max(0, offset - TAIL_BYTES))
        return Place(status.st_dev, status.st_ino, offset, stream.read(min(TAIL_BYTES, offset)))


def _last_line_end(data: bytes) -> int:
    # A carriage return ends a line of a progress bar, but may also be half of a line end.
    return max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1


def matched(olds: Sequence[Run], news: Sequence[Run], known: Mapping[str, Run]) -> list[tuple[Run, Run]]:
    """The runs of a new reading of a log with those of an earlier one.

    Where the files of a log become more, runs may have other names and places.

    Parameters
    ----------
    olds, news : sequence of Run
    known : mapping
        The old runs by the names that the log gave them, as far as they are known.
    """
    by_name = dict(known)
    pairs = [(by_name.pop(new.name), new) for new in news if new.name in by_name]
    taken = {id(run) for pair in pairs for run in pair}
    rest = [run for run in olds if id(run) not in taken]
    others = [run for run in news if id(run) not in taken]
    if len(rest) == len(others):
        return pairs + list(zip(rest, others))
    for new in others:
        place = next((at for at, old in enumerate(rest) if len(old.table) and continues(old, new)), None)
        if place is not None:
            pairs.append((rest.pop(place), new))
    return pairs


def continues(old: Run, new: Run) -> bool:
    """Whether a new reading of a run continues an old one, by its columns and losses."""
    if old.series != new.series or old.x != new.x or not set(old.table.columns) <= set(new.table.columns):
        return False
    have = len(old.table)
    pairs = ((old.table.values(s.name), new.table.values(s.name, 0, have)) for s in old.series)
    return len(new.table) >= have and all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


def _rename(old: Run, before: str, name: str) -> bool:
    """Give a run the name that its log gives it now, unless a person gave it one."""
    if name == before or old.name != before:
        return False
    old.name = name
    return True


def _extend(old: Run, new: Run) -> bool:
    """Append the additional rows of a new reading to a table."""
    have, total = len(old.table), len(new.table)
    if total == have:
        return False
    chunk: dict[str, Floats | Sparse] = {}
    for name in new.table.columns:
        series = new.table.series(name, have)
        chunk[name] = Sparse(series.rows - have, series.values)
    old.table.extend(chunk, total - have)
    old.in_percent |= new.in_percent
    return True
