"""A folder with logs in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from engine.i18n import N_
from engine.logs.asking import best_first
from engine.logs.base import LogFormat, all_formats
from engine.logs.duplicates import Placed, without_repeats
from engine.logs.errors import LogError
from engine.logs.exported_tags import joined_exports
from engine.logs.folders import files_below
from engine.logs.formats.tensorboard_csv import TensorBoardCsv
from engine.logs.formats.tensorboard_events import TensorBoardEvents, event_runs
from engine.logs.options import ReadOptions
from engine.logs.searching import EVENTS, LEAST_MATCH, RECORDS, Found, has_suffix, is_mixed, logs_in, telling, walked
from engine.logs.settings.telling import tell_settings
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

MOST_LOGS = 1000


class Folder(LogFormat):
    """Each log in the folder becomes a run, whatever its name; what two files both say is one run."""

    name = "folder"
    clues = ()
    title = N_("Folder")
    about = N_("all logs in a folder and below it, found by their content")

    def matches(self, source: Source) -> float:
        if not source.is_folder:
            return 0.0
        if files_below(source.path, f"*{EVENTS}*") or files_below(source.path, f"{RECORDS}*"):
            return 0.91 if is_mixed(source.path) else 0.2
        files = (file for _here, _below, files in walked(source.path) for file in telling(files))
        return 0.2 if any(has_suffix(file) for file in files) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        kinds = {name: kind() for name, kind in all_formats().items() if name != self.name}
        kinds.pop(TensorBoardEvents.name)
        formats = list(kinds.values())
        found = list(logs_in(source.path, formats))
        files: list[tuple[PurePath, Placed]] = []
        for done, log in enumerate(found[:MOST_LOGS]):
            place = log.path if log.path.is_dir() else log.path.parent
            sheets, kind = _sheets(formats, log, source, options, _part_of(progress, done, len(found)))
            file = log.path.relative_to(source.path)
            files += [(file, Placed(sheet, place.relative_to(source.path), kind)) for sheet in sheets]
        placed = joined_exports(files, TensorBoardCsv.name)
        for within, sheet in event_runs(source.path, progress).items():
            sheet.title = clean_name(within.as_posix()) if within.name else None
            placed.append(Placed(sheet, within, TensorBoardEvents.name))
        sheets = without_repeats(placed)
        if sheets and len(found) > MOST_LOGS:
            sheets[0].warnings.append(RunWarning(WarningKind.LEFT_OUT, len(found) - MOST_LOGS))
        return sheets


def _sheets(
    kinds: Sequence[LogFormat], log: Found, source: Source, options: ReadOptions, progress: Progress | None
) -> tuple[list[Sheet], str]:
    """The sheets of a log, titled by its place in the folder, and the name of its format."""
    sheets, kind = _read(kinds, log, options, progress)
    tell_settings(sheets, log.source)
    for sheet in sheets:
        parts = [log.path.relative_to(source.path).as_posix(), sheet.title or ""]
        sheet.title = clean_name(": ".join(part for part in parts if part))
    return sheets, kind


def _read(
    kinds: Sequence[LogFormat], log: Found, options: ReadOptions, progress: Progress | None
) -> tuple[list[Sheet], str]:
    """The sheets of a log, in the format that fits best and reads it, and its name; none hide no other log."""
    try:
        return log.format.read(log.source, options, progress), log.format.name
    except LogError:
        pass
    for match, other in best_first(log.source, [kind for kind in kinds if kind is not log.format]):
        if match < LEAST_MATCH:
            break
        try:
            return other.read(log.source, options, progress), other.name
        except LogError:
            continue
    return [], log.format.name


def _part_of(progress: Progress | None, done: int, count: int) -> Progress | None:
    """The progress of one file as a part of that of all."""
    return None if progress is None else lambda share: progress((done + share) / count)
