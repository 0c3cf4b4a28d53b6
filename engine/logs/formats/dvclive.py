"""The folder of DVCLive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.folders import files_below
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

METRICS = Path("plots", "metrics")
STEP, TIME = "step", "timestamp"


class DvcLive(LogFormat):
    """``plots/metrics/NAME.tsv`` with step and value, one file for each metric, the folders part of its name."""

    name = "dvclive"
    clues = ()
    title = "DVCLive"
    about = N_("the folder dvclive: one table of step and value for each metric")

    def matches(self, source: Source) -> float:
        return 0.94 if source.is_folder and files_below(source.path / METRICS, "*.tsv") else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        folder = source.path / METRICS
        numbers = [number for file in files_below(folder, "*.tsv") for number in measurements(file, folder)]
        return [sheet_of_tags(numbers)]


def measurements(file: Path, folder: Path) -> Iterator[TaggedNumber]:
    """Yield the numbers of one metric.

    Raises
    ------
    LogError
        If the file cannot be read.
    """
    tag = clean_name(file.relative_to(folder).with_suffix("").as_posix())
    lines = (line.split("\t") for line in Source(file).text.splitlines())
    header = [name.strip() for name in next(lines, [])]
    value_at = next((i for i, name in enumerate(header) if name not in (STEP, TIME)), None)
    if value_at is None or STEP not in header:
        raise LogError(file.name)
    time_at = header.index(TIME) if TIME in header else None
    for i, cells in enumerate(lines):
        if len(cells) != len(header):
            continue
        step, value = parse(cells[header.index(STEP)]), parse(cells[value_at])
        time = parse(cells[time_at]) if time_at is not None else None
        if step is not None and value is not None:
            yield TaggedNumber(time / 1000 if time is not None else float(i), step, tag, value)
