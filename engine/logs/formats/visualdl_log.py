"""Record files of VisualDL, PaddlePaddle's tracker."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.folders import files_below
from engine.logs.options import ReadOptions
from engine.logs.searching import is_mixed
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.wire import WireError, fields, float_of, signed, text_of
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

PATTERN = "vdlrecords.*.log"
LENGTH = 8
META = "meta_data_tag"
LARGEST_RECORD = 1 << 30


class VisualDlLog(LogFormat):
    """``vdlrecords.TIME.log``: each record has its length before it, and no checksum."""

    name = "visualdl_log"
    clues = (b"meta_data_tag",)
    title = "VisualDL"
    about = N_("vdlrecords files and folders of PaddlePaddle's tracker: scalars by step")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.89 if files_below(source.path, PATTERN) and not is_mixed(source.path) else 0.0
        return 0.98 if META.encode() in source.head[:64] and source.head[4:8] == bytes(4) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if not source.is_folder:
            return [_sheet([source])]
        by_folder: dict[str, list[Source]] = {}
        for file in files_below(source.path, PATTERN):
            by_folder.setdefault(file.parent.relative_to(source.path).as_posix(), []).append(Source(file))
        sheets = {folder: _sheet(files) for folder, files in by_folder.items()}
        for folder, sheet in sheets.items():
            sheet.title = clean_name(folder) if len(sheets) > 1 else None
        return list(sheets.values())


def _sheet(files: list[Source]) -> Sheet:
    numbers: list[TaggedNumber] = []
    damaged = 0
    for file in files:
        found, bad = _numbers(file.data)
        numbers += found
        damaged += bad
    sheet = sheet_of_tags(numbers)
    if damaged:
        sheet.warnings.append(RunWarning(WarningKind.DAMAGED_RECORDS, damaged))
    return sheet


def _numbers(data: bytes) -> tuple[list[TaggedNumber], int]:
    """The scalars up to a record whose length cannot be right, since nothing tells where the next one begins."""
    found: list[TaggedNumber] = []
    at, damaged = 0, 0
    while at + LENGTH <= len(data):
        size = int.from_bytes(data[at : at + LENGTH], "little")
        at += LENGTH
        if at + size > len(data):
            return found, damaged + (size > LARGEST_RECORD)
        try:
            values = [raw for number, raw in fields(data[at : at + size]) if number == 1 and isinstance(raw, bytes)]
            found += [number for raw in values if (number := _scalar(raw)) is not None]
        except WireError:
            damaged += 1
        at += size
    return found, damaged


def _scalar(data: bytes) -> TaggedNumber | None:
    """The number of a value; None for pictures, histograms and the like."""
    step, tag, time = 0, "", 0.0
    value: float | None = None
    for number, raw in fields(data):
        if number == 1 and isinstance(raw, int):
            step = signed(raw)
        elif number == 2:
            tag = text_of(raw)
        elif number == 3 and isinstance(raw, int):
            time = signed(raw) / 1000
        elif number == 4:
            value = float_of(raw)
    return None if value is None or tag == META else TaggedNumber(time, float(step), clean_name(tag), value)
