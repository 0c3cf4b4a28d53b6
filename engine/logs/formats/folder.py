"""A folder with logs in it."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import N_
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.folders import files_below
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

# The files that trainers write into a run's folder, the most informative first.
TELLING = (
    *(
        "metrics.csv",
        "results.csv",
        "progress.csv",
        "trainer_state.json",
        "metrics.json",
        "metrics.jsonl",
        "lcurve.out",
    ),
    *(
        "loss.dat",
        "loss.tsv",
        "learn_error.tsv",
        "loss_log.txt",
        "history.json",
        "*.csv",
        "*.jsonl",
        "*.log",
        "log.txt",
        "log",
    ),
)
DEPTH = 2
MOST_LOGS = 1000
LEAST_MATCH = 0.5


class Folder(LogFormat):
    """Each log of the most informative kind in the folder becomes a run."""

    name = "folder"
    title = N_("Folder")
    about = N_("the logs that trainers leave in a folder, such as results.csv or trainer_state.json")

    def matches(self, source: Source) -> float:
        return 0.2 if source.is_folder and best_files(source.path) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        sheets: list[Sheet] = []
        files = best_files(source.path)
        for done, file in enumerate(files[:MOST_LOGS]):
            for sheet in self._sheets(file, options, _part_of(progress, done, len(files))):
                parts = [file.relative_to(source.path).as_posix(), sheet.title or ""]
                sheet.title = clean_name(": ".join(p for p in parts if p))
                sheets.append(sheet)
        if sheets and len(files) > MOST_LOGS:
            sheets[0].warnings.append(RunWarning(WarningKind.LEFT_OUT, len(files) - MOST_LOGS))
        return sheets

    @staticmethod
    def _sheets(file: Path, options: ReadOptions, progress: Progress | None) -> list[Sheet]:
        try:
            inside = Source(file)
            fits = [(kind().matches(inside), kind) for name, kind in all_formats().items() if name != Folder.name]
            best, kind = max(fits, key=lambda f: f[0])
            return kind().read(inside, options, progress) if best >= LEAST_MATCH else []
        except LogError:
            return []


def _part_of(progress: Progress | None, done: int, count: int) -> Progress | None:
    """The progress of one file as a part of that of all."""
    return None if progress is None else lambda share: progress((done + share) / count)


def best_files(folder: Path) -> list[Path]:
    """The logs of the most informative kind in a folder, also those beyond the `MOST_LOGS` that are read."""
    for pattern in TELLING:
        if found := files_below(folder, pattern, DEPTH):
            return found
    return []
