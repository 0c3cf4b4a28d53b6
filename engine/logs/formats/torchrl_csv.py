"""The folder of TorchRL's CSV logger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.folders import files_below
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.patterns import pattern

SCALARS = "scalars"
_ROW = pattern(r"(-?\d{1,15}),([-+.\w]{1,40})")


class TorchRlCsv(LogFormat):
    """``scalars/NAME.csv`` with step and value and no header, one file for each number, folders part of its name."""

    name = "torchrl_csv"
    clues = ()
    title = "TorchRL"
    about = N_("the folder of a CSV logger: scalars with a file of step and value for each number, without a header")

    def matches(self, source: Source) -> float:
        return 0.94 if source.is_folder and any(map(_is_of_steps, _files(source.path))) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        folder = source.path / SCALARS
        return [sheet_of_tags([number for file in _files(source.path) for number in _numbers(file, folder)])]


def _files(folder: Path) -> list[Path]:
    return files_below(folder / SCALARS, "*.csv")


def _is_of_steps(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return _ROW.fullmatch(lines.readline(200).strip()) is not None


def _numbers(file: Path, folder: Path) -> Iterator[TaggedNumber]:
    """Yield the numbers of a file; nothing says when they were written, so that their order stands for the time."""
    tag = clean_name(file.relative_to(folder).with_suffix("").as_posix())
    for i, line in enumerate(Source(file).text.splitlines()):
        match = _ROW.fullmatch(line.strip())
        value = parse(match[2]) if match is not None else None
        if match is not None and value is not None:
            yield TaggedNumber(float(i), float(match[1]), tag, value)
