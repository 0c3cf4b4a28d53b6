"""A run folder of MLflow's file store."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.folders import files_below, folders_of_one_kind
from engine.logs.numbers import parse
from engine.logs.options import ReadOptions
from engine.logs.settings.files import parameters
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name, decode

METRICS = "metrics"
PARAMETERS = "params"
LARGEST_FILE = 256 << 20


class MlflowRun(LogFormat):
    """``metrics/NAME`` with lines of time in milliseconds, value and step; an experiment folder has several runs."""

    name = "mlflow_run"
    clues = ()
    title = "MLflow"
    about = N_("a run folder or experiment folder of the file store")

    def matches(self, source: Source) -> float:
        return 0.92 if source.is_folder and run_folders(source.path) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        folders = run_folders(source.path)
        sheets = [(folder, sheet_of_tags(measurements(folder / METRICS))) for folder in folders]
        for folder, sheet in sheets:
            sheet.title = folder.name if len(sheets) > 1 else None
            sheet.settings = parameters(folder / PARAMETERS)
            sheet.setting_sources = dict.fromkeys(sheet.settings, PARAMETERS)
        return [sheet for _, sheet in sheets if sheet.columns]


def run_folders(path: Path) -> list[Path]:
    """The run folders at a path, or directly below it if there is nothing else."""
    candidates = [path] if (path / METRICS).is_dir() else folders_of_one_kind(path, METRICS)
    return [p for p in candidates if (p / "meta.yaml").is_file()]


def measurements(folder: Path) -> list[TaggedNumber]:
    """All numbers in a folder of metric files."""
    found: list[TaggedNumber] = []
    for file in files_below(folder, "*"):
        if file.stat().st_size > LARGEST_FILE:
            continue
        tag = clean_name(file.relative_to(folder).as_posix())
        for line in decode(file.read_bytes()).splitlines():
            cells = [parse(cell) for cell in line.split()]
            if len(cells) >= 2 and cells[0] is not None and cells[1] is not None:
                step = cells[2] if len(cells) > 2 and cells[2] is not None else float(len(found))
                found.append(TaggedNumber(cells[0] / 1000, step, tag, cells[1]))
    return found if np.isfinite([n.step for n in found]).all() else []
