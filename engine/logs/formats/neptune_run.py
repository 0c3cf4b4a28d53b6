"""Offline runs of Neptune."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.folders import files_below
from engine.logs.json_rows import as_number, parse_json
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical, nested
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.run import Value

HOME, LOG, SIGN = ".neptune", "data-*.log", "last_put_version"
SERIES = "LogFloats"
_ASSIGNED = frozenset(("AssignFloat", "AssignInt", "AssignString", "AssignBool"))
_OF_NEPTUNE = frozenset(("sys", "monitoring", "source_code"))


class NeptuneRun(LogFormat):
    """``data-N.log`` in ``.neptune/offline/run__…``: one operation a line, series and fields among them."""

    name = "neptune_run"
    clues = ('"LogFloats"', '"AssignString"')
    title = "Neptune"
    about = N_("the folder .neptune of offline runs, or data-1.log of one: series by step, and fields")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.94 if _runs(source.path) else 0.0
        is_queue = source.head_text.startswith('{"obj": {"type": ') and '"version": ' in source.head_text
        return 0.97 if is_queue else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        runs = _runs(source.path) if source.is_folder else {source.path.parent: [source.path]}
        found = [(place, _sheet(files if source.is_folder else [source])) for place, files in runs.items()]
        sheets = [(place, sheet) for place, sheet in found if sheet is not None]
        if not sheets:
            raise LogError(_("{path}: no numbers were found").format(path=source.given))
        for place, sheet in sheets:
            sheet.title = clean_name(place.name) if len(sheets) > 1 else None
        return [sheet for _place, sheet in sheets]


def _runs(folder: Path) -> dict[Path, list[Path]]:
    """The files of each run in a folder, in its ``.neptune``, or of the run that the folder is."""
    homes = [folder, folder / HOME] if (folder / HOME).is_dir() else [folder]
    runs: dict[Path, list[Path]] = {}
    for file in (file for home in homes for file in files_below(home, LOG)):
        if (file.parent / SIGN).is_file():
            runs.setdefault(file.parent, []).append(file)
    return {place: sorted(files, key=lambda f: (len(f.name), f.name)) for place, files in runs.items()}


def _sheet(files: list[Path] | list[Source]) -> Sheet | None:
    sources = [file if isinstance(file, Source) else Source(file) for file in files]
    operations = [op for source in sources for line in source.text.splitlines() if (op := _operation(line)) is not None]
    numbers = list(_numbers(operations))
    if not numbers:
        return None
    sheet = sheet_of_tags(numbers)
    sheet.settings = _settings(operations)
    sheet.setting_sources = dict.fromkeys(sheet.settings, "data-1.log")
    return sheet


def _operation(line: str) -> dict[str, Any] | None:
    try:
        item = parse_json(line)
    except ValueError:
        return None
    operation = item.get("obj") if isinstance(item, dict) else None
    is_whole = isinstance(operation, dict) and isinstance(operation.get("path"), list) and operation["path"]
    return operation if is_whole else None


def _numbers(operations: list[dict[str, Any]]) -> Iterator[TaggedNumber]:
    """Yield the values of series; one that was appended without a step is counted, as Neptune counts it."""
    counts: Counter[str] = Counter()
    for operation in operations:
        tag = clean_name("/".join(map(str, operation["path"])))
        held = operation.get("values") if operation.get("type") == SERIES else None
        if str(operation["path"][0]) in _OF_NEPTUNE or not isinstance(held, list):
            continue
        for item in held:
            value = as_number(item.get("value")) if isinstance(item, dict) else None
            if value is not None:
                step = as_number(item.get("step"))
                yield TaggedNumber(as_number(item.get("ts")) or 0.0, counts[tag] if step is None else step, tag, value)
                counts[tag] += 1


def _settings(operations: list[dict[str, Any]]) -> dict[str, Value]:
    told = [op for op in operations if op.get("type") in _ASSIGNED and str(op["path"][0]) not in _OF_NEPTUNE]
    return canonical(nested({"/".join(map(str, op["path"])): op.get("value") for op in told}))
