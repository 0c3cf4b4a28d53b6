"""The log readers as targets: each must read any bytes or refuse them with a `LogError`."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.fuzz.mutations import mutated
from tools.fuzz.seeds import excerpt, seed_of

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "data" / "formats"
SAMPLES = ROOT / "resources" / "samples"
ANY = "any_log"  # no reader named: the content decides


class Reader:
    """One reader, given inputs made of the files that real libraries wrote for it.

    A single file is read from memory; of a folder, one file at a time is changed on disk.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.places = _places(name, folder)
        self.pool = [seed for place in self.places for seed in place.seeds.values() if seed]

    def make(self, number: int) -> bytes:
        """Input `number`."""
        draw = random.Random(number)
        self._place = self.places[number % len(self.places)]
        self._file = draw.choice(self._place.files)
        seed = self._place.seeds[self._file] or draw.choice(self.pool)
        return mutated(excerpt(seed, draw), draw, self.pool)

    def take(self, data: bytes) -> None:
        """Read an input in place of the file that was chosen when it was made."""
        from engine.logs import LogError, ReadOptions, open_log
        from engine.logs.memory import MemorySource
        from engine.logs.reading import fitting_formats, runs_of

        options = ReadOptions(format=None if self.name == ANY else self.name)
        with suppress(LogError, StopIteration):
            if self._place.is_folder:
                self._place.put(self._file, data)
                open_log(self._place.opened, options)
            else:
                source = MemorySource(self._place.opened.name, data)
                runs_of(source, next(iter(fitting_formats(source, options))), options)


class Place:
    """The files of one case."""

    def __init__(self, opened: Path, files: dict[Path, bytes], is_folder: bool) -> None:
        self.opened, self.is_folder = opened, is_folder
        self.whole = files
        self.seeds = {path: seed_of(data) for path, data in files.items()}
        self.files = sorted(files)
        self._changed: Path | None = None
        if is_folder:
            for path in files:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(files[path])

    def put(self, file: Path, data: bytes) -> None:
        """Change a file, and the one changed before back."""
        if self._changed is not None and self._changed != file:
            self._changed.write_bytes(self.whole[self._changed])
        self._changed = file
        file.write_bytes(data)


def names() -> list[str]:
    """The readers for which there is a case, and the choice among all."""
    return [ANY, *sorted({reader for _case, reader in _cases()})]


def _cases() -> list[tuple[Path, str]]:
    from engine.logs import open_log

    found = []
    for truth in sorted(CASES.glob("*/truth.json")):
        if "needs" in json.loads(truth.read_text(encoding="utf-8")):
            continue  # read by a package of others
        opened = truth.parent / "log" / _opened(truth)
        found.append((truth, str(open_log(opened)[0].origin.format)))
    return found


def _opened(truth: Path) -> str:
    says: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    return str(says["open"])


def _places(reader: str, folder: Path) -> list[Place]:
    if reader == ANY:
        return [_any_place(folder)]
    places = []
    for truth in (case for case, name in _cases() if name == reader):
        log, opened = truth.parent / "log", truth.parent / "log" / _opened(truth)
        here = folder / truth.parent.name
        is_folder = opened.is_dir() or len([f for f in log.rglob("*") if f.is_file()]) > 1
        read = [f for f in log.rglob("*") if f.is_file()] if is_folder else [opened]
        files = {here / f.relative_to(log): f.read_bytes() for f in read}
        places.append(Place(here / opened.relative_to(log), files, is_folder))
    if not places:
        raise SystemExit(f"no case in {CASES} is read by {reader!r}")
    return places


def _any_place(folder: Path) -> Place:
    """Single files of all cases and samples, offered to the choice among all readers."""
    single = [f for top in (CASES, SAMPLES) for f in top.rglob("*") if f.is_file() and f.parent.name != "make"]
    files = {folder / str(i) / f.name: f.read_bytes() for i, f in enumerate(sorted(single)) if f.name != "truth.json"}
    return Place(folder / "log", files, is_folder=False)
