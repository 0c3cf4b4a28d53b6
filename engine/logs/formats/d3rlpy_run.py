"""The folder of d3rlpy, with a file for each of its numbers: ``loss.csv`` has epoch, step and value, and no header."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.names import Likeness, likeness
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.patterns import pattern

MOST_FILES = 500
LARGEST_FILE = 64 << 20
_ROW = pattern(r"(\d{1,12}),(\d{1,12}),([-+.\w]{1,40})\s*")
Rows = list[tuple[float, float, float]]


class D3rlpyRun(LogFormat):
    """One run with a column for each file."""

    name = "d3rlpy_run"
    clues = ()
    title = "d3rlpy"
    about = N_("a folder with a file for each number: epoch, step and value, without a header")

    def matches(self, source: Source) -> float:
        if not source.is_folder:
            return 0.0
        files = _files(source.path)
        losses = [file for file in files if likeness(file.stem) >= Likeness.MEASURE]
        return 0.93 if len(files) > 1 and losses and all(map(_is_of_epochs, losses)) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        rows: dict[tuple[float, float], dict[str, float]] = {}
        for file in _files(source.path):
            for epoch, step, value in _rows(file):
                rows.setdefault((epoch, step), {"epoch": epoch, "step": step})[clean_name(file.stem)] = value
        collector = RowCollector()
        collector.add_all(rows[key] for key in sorted(rows))
        if not collector.rows:
            raise LogError(_("{path}: no table with a loss was found").format(path=source.given))
        sheet = collector.sheet()
        sheet.x = "step"
        return [sheet]


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.csv"))[:MOST_FILES]
    return [f for f in found if f.is_file() and not f.is_symlink() and f.stat().st_size <= LARGEST_FILE]


def _is_of_epochs(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return _ROW.fullmatch(lines.readline(200)) is not None


def _rows(file: Path) -> Rows:
    """The rows of a file; none if any of its lines is something else."""
    found: Rows = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _ROW.fullmatch(line)
        value = parse(match[3]) if match is not None else None
        if match is None or value is None:
            return []
        found.append((float(match[1]), float(match[2]), value))
    return found
