"""The run file of SwanLab."""

from __future__ import annotations

from pathlib import Path

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.folders import holds_only
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.leveldb_log import read_messages
from engine.logs.stores.wire import WireError, fields, float_of, signed, text_of
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

MARK = b":SWL"
PATTERN = "run-*.swanlab"
BESIDE = ("files", "debug", "media", "logs", "console")
SCALAR = 13


class SwanlabRun(LogFormat):
    """``run-ID.swanlab`` with its scalars by step; the package swanlab is not needed."""

    name = "swanlab_run"
    clues = (b":SWL",)
    title = "SwanLab"
    about = N_("the file run-ID.swanlab or its folder: scalars by step")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.94 if run_files(source.path) else 0.0
        return 0.99 if source.head.startswith(MARK) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        files = [Source(file) for file in run_files(source.path)] if source.is_folder else [source]
        sheets = [read_run(file) for file in files]
        for file, sheet in zip(files, sheets, strict=True):
            sheet.title = clean_name(file.path.stem) if len(sheets) > 1 else None
        return sheets


def run_files(folder: Path) -> list[Path]:
    """The files of the runs in a run's folder."""
    return sorted(folder.glob(PATTERN)) if holds_only(folder, PATTERN, *BESIDE) else []


def read_run(source: Source) -> Sheet:
    """Read one run.

    Raises
    ------
    LogError
        If it is not such a file.
    """
    if not source.head.startswith(MARK):
        raise LogError(_("{path}: not a file of a SwanLab run").format(path=source.given))
    messages = read_messages(source.data)
    numbers: list[TaggedNumber] = []
    damaged = messages.damaged
    for message in messages.whole:
        try:
            numbers += [_scalar(raw) for n, raw in fields(message) if n == SCALAR and isinstance(raw, bytes)]
        except WireError:
            damaged += 1
    sheet = sheet_of_tags(numbers)
    if damaged:
        sheet.warnings.append(RunWarning(WarningKind.DAMAGED_RECORDS, damaged))
    return sheet


def _scalar(data: bytes) -> TaggedNumber:
    """A scalar: key, step, time and value; a value of 0 is written as nothing."""
    key, step, time, value = "", 0, 0.0, 0.0
    for number, raw in fields(data):
        if number == 1:
            key = text_of(raw)
        elif number == 2 and isinstance(raw, int):
            step = signed(raw)
        elif number == 4 and isinstance(raw, bytes):
            parts = {n: v for n, v in fields(raw) if isinstance(v, int)}
            time = float(signed(parts.get(1, 0))) + signed(parts.get(2, 0)) / 1e9
        elif number == 5 and isinstance(raw, bytes):
            value = next((float_of(v) for n, v in fields(raw) if n == 1), 0.0)
    return TaggedNumber(time, float(step), clean_name(key), value)
