"""The curves of forks while they train: each fork appends to a file of its own, and whoever shows them reads it.

Nothing that decides a proof is read from there: a verdict is the same with and without traces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.table import Floats, MetricTable

PAIR = 16  # bytes of a step and a loss


@dataclass(frozen=True)
class Growing:
    """A fork that trains: its curve so far, arrays of shape (n,)."""

    id: str
    factor: str
    steps: Floats
    losses: Floats


class Trace:
    """The file of one fork, in the process that trains it; an empty path writes nothing."""

    def __init__(self, path: str, id: str, factor: str) -> None:
        self._path, self._rows = path, 0
        if path:
            self._append(f"{id}\n{factor}\n".encode(), "wb")

    def write(self, table: MetricTable, since: int) -> None:
        """Append the rows of a table that are new, from row `since` on."""
        first, last = max(self._rows, since), len(table)
        if self._path and last > first:
            pairs = np.column_stack([table.values("step", first, last), table.values("loss", first, last)])
            self._append(pairs.astype("<f8").tobytes(), "ab")
            self._rows = last

    def close(self) -> None:
        """Remove the file: the whole curve follows as a record."""
        if self._path:
            Path(self._path).unlink(missing_ok=True)

    def _append(self, content: bytes, mode: str) -> None:
        try:
            with Path(self._path).open(mode) as file:
                file.write(content)
        except OSError:  # it is a picture only, and its folder goes when the proof is cancelled
            self._path = ""


def trace_path(folder: Path | None, id: str) -> str:
    """Where the fork of an id writes; empty without a folder."""
    return "" if folder is None else str(folder / id.replace("/", "_"))


def growing(folder: Path) -> Iterator[Growing]:
    """The forks that train, by the names of their files."""
    for path in sorted(folder.glob("*")):
        try:
            head = path.read_bytes().split(b"\n", 2)
        except OSError:  # it has ended meanwhile
            continue
        if len(head) == 3:
            pairs = np.frombuffer(head[2], "<f8", 2 * (len(head[2]) // PAIR)).reshape(-1, 2)
            yield Growing(head[0].decode(), head[1].decode(), pairs[:, 0], pairs[:, 1])
