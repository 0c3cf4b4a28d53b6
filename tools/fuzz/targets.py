"""All targets by name: the readers, the file of a watched run, the library's importer and checkpoints."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

from tools.fuzz.mutations import mutated
from tools.fuzz.readers import Reader
from tools.fuzz.readers import names as readers


class Target(Protocol):
    """What takes inputs: it must take or refuse each."""

    def make(self, number: int) -> bytes: ...

    def take(self, data: bytes) -> None: ...


class WatchedRun:
    """The file that a watched training writes, as the reader and the follower take it."""

    def __init__(self, folder: Path) -> None:
        from overshoot import blocks

        rows = [
            (i, i / 10, 0.1 * i, {"loss": 2.0 / (i + 1), **({"val_loss": 2.1} if i % 4 == 3 else {})})
            for i in range(12)
        ]
        head = {"overshoot": 1, "name": "a", "settings": {"lr": 0.1}}
        self.seed = (blocks.line(head) + blocks.encode(rows[:6]) + blocks.encode(rows[6:])).encode()

    def make(self, number: int) -> bytes:
        draw = random.Random(number)
        return mutated(self.seed, draw, [self.seed])

    def take(self, data: bytes) -> None:
        from engine.logs import LogError, ReadOptions
        from engine.logs.formats.overshoot_run import OvershootRun
        from engine.logs.memory import MemorySource
        from engine.logs.reading import runs_of

        with suppress(LogError):
            runs_of(MemorySource("run.jsonl", data), OvershootRun(), ReadOptions())


class LibraryImport:
    """A run that was exported from the library, damaged as a whole or in one of its parts."""

    def __init__(self, folder: Path) -> None:
        from engine.library.exchange import export_run
        from engine.logs import open_log

        (folder / "a.csv").write_text("step,loss\n" + "".join(f"{i},{2.0 / (i + 1)}\n" for i in range(20)))
        self.path = folder / "a.overshoot"
        export_run(open_log(folder / "a.csv")[0], (), self.path)
        self.seed = self.path.read_bytes()
        with zipfile.ZipFile(io.BytesIO(self.seed)) as file:
            self.parts = {name: file.read(name) for name in file.namelist()}

    def make(self, number: int) -> bytes:
        draw = random.Random(number)
        if draw.random() < 0.2:
            return mutated(self.seed, draw, [self.seed])
        name = draw.choice(sorted(self.parts))
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as file:
            for other, part in self.parts.items():
                file.writestr(other, mutated(part, draw, [part]) if other == name else part)
        return buffer.getvalue()

    def take(self, data: bytes) -> None:
        from engine.library import LibraryError
        from engine.library.exchange import import_run

        self.path.write_bytes(data)
        with suppress(LibraryError):
            import_run(self.path)


class CheckpointBytes:
    """A checkpoint of a demo."""

    def __init__(self, folder: Path) -> None:
        from engine.training.checkpoints import Checkpoint
        from engine.training.session import TrainingSession

        session = TrainingSession("explosion", seed=1)
        next(iter(session))
        checkpoint: Checkpoint = session.checkpoint()
        self.seed = checkpoint.to_bytes()

    def make(self, number: int) -> bytes:
        draw = random.Random(number)
        return mutated(self.seed, draw, [self.seed])

    def take(self, data: bytes) -> None:
        from engine.training.checkpoints import Checkpoint, CheckpointError

        with suppress(CheckpointError):
            Checkpoint.from_bytes(data)


OTHERS: dict[str, Callable[[Path], Target]] = {
    "watched_run": WatchedRun,
    "library_import": LibraryImport,
    "checkpoint": CheckpointBytes,
}


def _refused(*_of: object) -> NoReturn:
    raise ValueError("apart")


def names() -> list[str]:
    """The names of all targets."""
    return [*readers(), *OTHERS]


def target_of(name: str, folder: Path) -> Target:
    """A target, which may write into the folder; what would be read in a process of its own is refused."""
    from engine.library import exchange
    from engine.logs.formats import columnar

    for module in (exchange, columnar):
        module.frame_apart = _refused
    return OTHERS[name](folder) if name in OTHERS else Reader(name, folder)
