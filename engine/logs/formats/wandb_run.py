"""The file that Weights & Biases writes of a run, offline or not."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled, LogError
from engine.logs.folders import files_below, holds_only
from engine.logs.json_rows import flatten, parse_json
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.leveldb_log import read_messages
from engine.logs.stores.wandb_proto import Read, read_record
from engine.logs.stores.wire import WireError
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

MARK = b":W&B"
PATTERN = "run-*.wandb"
BESIDE = ("*.wandb.synced", "files", "logs", "tmp")
RUNS = ("run-*-*", "offline-run-*", "latest-run", "debug*.log", "settings", "sweep-*")
STEP, TIME = "_step", "_timestamp"
CONFIG = "config"
REPORTED_EVERY = 2000


class WandbRun(LogFormat):
    """``run-ID.wandb`` with its history by step and its configuration; the package wandb is not needed."""

    name = "wandb_run"
    clues = (b":W&B",)
    title = "Weights & Biases"
    about = N_("the file run-ID.wandb, its folder, or a folder wandb of several: history and configuration")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.94 if run_files(source.path) else 0.0
        return 0.99 if source.head.startswith(MARK) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if not source.is_folder:
            return [read_run(source, progress)]
        files = run_files(source.path)
        sheets = [read_run(Source(file), progress) for file in files]
        if len(sheets) == 1:
            sheets[0].title = None
        return [sheet for sheet in sheets if sheet.columns]


def run_files(folder: Path) -> list[Path]:
    """The files of the runs in a run's folder, or in a folder ``wandb``."""
    if holds_only(folder, PATTERN, *BESIDE):
        return sorted(folder.glob(PATTERN))
    return files_below(folder, PATTERN, 1) if holds_only(folder, *RUNS) else []


def read_run(source: Source, progress: Progress | None = None) -> Sheet:
    """Read one run.

    Raises
    ------
    LogError
        If it is not such a file.
    Cancelled
        If `progress` returns False.
    """
    if not source.head.startswith(MARK):
        raise LogError(_("{path}: not a file of a Weights & Biases run").format(path=source.given))
    messages = read_messages(source.data)
    read, damaged = Read(), messages.damaged
    for count, message in enumerate(messages.whole):
        if progress is not None and count % REPORTED_EVERY == 0 and not progress(count / len(messages.whole)):
            raise Cancelled
        try:
            read_record(message, read)
        except WireError:
            damaged += 1
    sheet = _sheet(read)
    sheet.title = clean_name(read.name) or None
    if damaged:
        sheet.warnings.append(RunWarning(WarningKind.DAMAGED_RECORDS, damaged))
    return sheet


def _sheet(read: Read) -> Sheet:
    collector = RowCollector()
    for step, items in read.history:
        row = flatten({key: _value(text) for key, text in items})
        own = {name: value for name, value in row.items() if not name.startswith("_")}
        if own:
            time = {"time": row[TIME]} if TIME in row else {}
            collector.add({"step": row.get(STEP, float(step)), **time, **own})
    sheet = collector.sheet()
    sheet.x = "step"
    sheet.settings = canonical({key: _value(text) for key, text in read.config if not key.startswith("_")})
    sheet.setting_sources = dict.fromkeys(sheet.settings, CONFIG)
    return sheet


def _value(text: str) -> object:
    try:
        return parse_json(text)
    except ValueError:
        return None
