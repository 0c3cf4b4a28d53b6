"""The file of a watched or brought training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.feeds import RowFeed
from engine.logs.json_rows import as_object
from engine.logs.options import ReadOptions
from engine.logs.run_blocks import MARK, BlockFeed, Blocks, change_at, joined, settings_of
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.run_warnings import RunWarning, WarningKind

FILE = "run.jsonl"
OTHER_RANKS = "run.*.jsonl"


class OvershootRun(LogFormat):
    """``run.jsonl``: a head, blocks of columns, changes, an end."""

    name = "overshoot_run"
    clues = ('"overshoot"',)
    title = "Overshoot"
    about = N_("run.jsonl of a training watched with three lines or brought whole, or its folder")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.99 if run_files(source.path) else 0.0
        if source.is_binary:
            return 0.0
        line = source.head_text.split("\n", 1)[0].strip()
        first = as_object(line) if f'"{MARK}"' in line else None
        return 0.99 if first is not None and MARK in first else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return [sheet for sheet, _blocks in self._read(source)]

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        found = self._read(source)
        feed = BlockFeed(found[0][1]) if len(found) == 1 else None
        return [sheet for sheet, _blocks in found], feed

    def _read(self, source: Source) -> list[tuple[Sheet, Blocks]]:
        files = run_files(source.path) if source.is_folder else []
        sources = [Source(file) for file in files] if source.is_folder else [source]
        return [_sheet(part, len(sources) > 1) for part in sources]


def run_files(folder: Path) -> list[Path]:
    """The files of a run's folder, one for each rank that writes one."""
    first = folder / FILE
    return [first, *sorted(folder.glob(OTHER_RANKS))] if first.is_file() else []


def _sheet(source: Source, is_one_of_several: bool) -> tuple[Sheet, Blocks]:
    blocks = Blocks()
    rows, columns = joined(blocks.feed(source.text.split("\n")))
    if not blocks.head:
        raise LogError(_("{path}: the first line is not that of a watched run").format(path=source.given))
    if rows and "step" not in columns:
        raise LogError(_("{path}: {reason}").format(path=source.given, reason=_("no numbers were found")))
    sheet = Sheet(columns, rows, x="step", settings=settings_of(blocks.head))
    name = str(blocks.head.get("name") or source.path.parent.name)
    sheet = replace(sheet, own_name=f"{name}: {source.path.stem}" if is_one_of_several else name)
    if rows:
        steps = sheet.cells("step").values
        sheet.changes = [change_at(steps, change) for change in blocks.changes]
    if blocks.bad:
        sheet.warnings.append(RunWarning.about_lines(WarningKind.NO_OBJECTS, blocks.bad))
    return sheet, blocks
