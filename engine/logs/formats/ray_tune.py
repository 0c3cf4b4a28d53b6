"""A trial folder of Ray Tune, or an experiment of several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.folders import folders_of_one_kind
from engine.logs.formats.json_lines import whole
from engine.logs.json_rows import as_object
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

FILE = "result.json"
CLOCK = "training_iteration"
CONFIG = "config/"
LONGEST_LINE = 1 << 20


class RayTune(LogFormat):
    """``result.json``, which has everything; the event file beside it leaves out what is not finite."""

    name = "ray_tune"
    clues = ()
    title = "Ray Tune"
    about = N_("a trial folder or an experiment of several: result.json, which has NaN too")

    def matches(self, source: Source) -> float:
        return 0.95 if source.is_folder and trials(source.path) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        folders = trials(source.path)
        sheets = [(folder, self._sheet(folder, progress)) for folder in folders]
        for folder, sheet in sheets:
            sheet.title = folder.name if len(sheets) > 1 else None
        return [sheet for _, sheet in sheets]

    @staticmethod
    def _sheet(folder: Path, progress: Progress | None) -> Sheet:
        sheet = whole(Source(folder / FILE), progress)
        sheet.x = CLOCK
        config = {name: sheet.cells(name).values for name in sheet.columns if name.startswith(CONFIG)}
        first = {name.removeprefix(CONFIG): float(values[0]) for name, values in config.items() if len(values)}
        sheet.settings = canonical(first)
        sheet.setting_sources = dict.fromkeys(sheet.settings, FILE)
        sheet.columns = {name: cells for name, cells in sheet.columns.items() if name not in config}
        return sheet


def trials(folder: Path) -> list[Path]:
    """The trial folders at a path, or directly below it if there is nothing else."""
    candidates = [folder] if (folder / FILE).is_file() else folders_of_one_kind(folder, FILE)
    return [path for path in candidates if CLOCK in (_first_record(path / FILE) or {})]


def _first_record(file: Path) -> dict[str, Any] | None:
    try:
        with file.open("rb") as stream:
            return as_object(stream.readline(LONGEST_LINE).decode("utf-8", "replace").strip())
    except OSError:
        return None
