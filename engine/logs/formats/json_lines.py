"""JSON lines: one object per line, flat or nested."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.i18n import N_, _
from engine.logs.base import Clues, LogFormat
from engine.logs.blocks import expected_rows, line_blocks
from engine.logs.errors import LogError
from engine.logs.feeds import JsonFeed, RowFeed
from engine.logs.json_rows import as_object
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.run_warnings import RunWarning, WarningKind

LOOKED_AT = 20
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
        from engine.logs.json_columns import JsonGathering  # loads polars, which would slow down the list of formats

        gathering = JsonGathering(expected_rows(source))
        for block in line_blocks(source, progress):
            gathering.feed(block)
        sheet, bad = gathering.sheet(), gathering.bad
        if bad:
            sheet.warnings.append(RunWarning.about_lines(WarningKind.NO_OBJECTS, bad))
        if not sheet.columns:
            raise LogError(_("{path}: none of its JSON objects contains numbers").format(path=source.given))
        return [sheet]

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        return self.read(source, options), JsonFeed()
