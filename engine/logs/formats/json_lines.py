"""JSON lines: one object per line, flat or nested."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.i18n import N_, _
from engine.logs.base import Clues, LogFormat
from engine.logs.blocks import expected_rows, line_blocks
from engine.logs.errors import LogError
from engine.logs.feeds import JsonFeed, RowFeed
from engine.logs.json_rows import RUNS, as_object, row_of
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import clean_name
from engine.run_warnings import RunWarning, WarningKind

LOOKED_AT = 20
LOOKED_AT_FOR_RUNS = 2000
LEAST_ROWS = 2  # of a run, on average
MOST_RUNS = 200
LONGEST_ALONE = 100_000


class JsonLines(LogFormat):
    """Any log with one JSON object per line."""

    name = "json_lines"
    clues: ClassVar[Clues] = ("{",)
    title = "JSON Lines"
    about = N_("one JSON object per line, flat or nested; “mode”: “val” marks validation")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        objects = self.first_objects(source)
        return self.fit(objects) if objects else 0.0

    @staticmethod
    def first_objects(source: Source) -> list[dict[str, Any]]:
        """The objects of the first lines; none if most of them are something else."""
        first = source.head_text.split("\n", 3 * LOOKED_AT)
        if len(first) == 1 and len(first[0]) > LONGEST_ALONE:
            return []  # a document
        lines = [line.strip() for part in first[: 3 * LOOKED_AT] for line in part.splitlines()]
        lines = [line for line in lines if line][:LOOKED_AT]
        found = [item for line in lines if (item := as_object(line)) is not None]
        return found if found and len(found) >= 0.5 * len(lines) else []

    def fit(self, objects: list[dict[str, Any]]) -> float:
        """How well these objects fit the format, 0 to 1."""
        return 0.85 if len(objects) > 1 else 0.5  # a single object is rather a document

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        key = run_key(source)
        return [whole(source, progress)] if key is None else runs_by(source, key)

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        return self.read(source, options), JsonFeed()


def whole(source: Source, progress: Progress | None = None) -> Sheet:
    """All objects of a file as one run, whatever they say which one they are of.

    Raises
    ------
    LogError
        If no object contains a number.
    """
    from engine.logs.json_columns import JsonGathering  # loads polars, which would slow down the list of formats

    gathering = JsonGathering(expected_rows(source))
    for block in line_blocks(source, progress):
        gathering.feed(block)
    sheet, bad = gathering.sheet(), gathering.bad
    if bad:
        sheet.warnings.append(RunWarning.about_lines(WarningKind.NO_OBJECTS, bad))
    if not sheet.columns:
        raise LogError(_("{path}: none of its JSON objects contains numbers").format(path=source.given))
    return sheet


def run_key(source: Source) -> str | None:
    """The name under which each object says which run it is of, if there are several."""
    first = source.head_text.split("\n", LOOKED_AT_FOR_RUNS)[:LOOKED_AT_FOR_RUNS]
    start = as_object(first[0].strip()) or {}
    for key in (name for name in start if name.lower() in RUNS):
        objects = [item for line in first if key in line and (item := as_object(line.strip())) is not None]
        found = [str(item[key]) for item in objects if isinstance(item.get(key), (str, int))]
        if len(set(found)) > 1 and len(found) >= LEAST_ROWS * len(set(found)):
            return str(key)
    return None


def runs_by(source: Source, key: str) -> list[Sheet]:
    """A sheet for each run; what says no run belongs to none."""
    runs: dict[str, RowCollector] = {}
    further, bad = set[str](), list[int]()
    for number, line in enumerate(source.text.split("\n"), 1):
        item = as_object(line.strip()) if line.strip() else {}
        if not item or key not in item:
            bad += [number] if line.strip() else []
            continue
        name = clean_name(str(item.pop(key)))
        if name in runs or len(runs) < MOST_RUNS:
            runs.setdefault(name, RowCollector()).add(row_of(item))
        else:
            further.add(name)
    warnings = [RunWarning.about_lines(WarningKind.SKIPPED_LINES, bad)] if bad else []
    warnings += [RunWarning(WarningKind.MORE_RUNS, len(further))] if further else []
    sheets = []
    for name, collector in runs.items():
        sheet = collector.sheet()
        sheet.title = f"{key} {name}" if name.isdecimal() else name
        sheet.warnings += warnings
        sheets.append(sheet)
    return sheets
