"""Lists of losses that were printed or copied into a text."""

from __future__ import annotations

import json

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.drawn_lines import drawn_lines
from engine.logs.errors import LogError
from engine.logs.formats.json_document import JsonDocument
from engine.logs.listed_values import listed_values
from engine.logs.memory import MemorySource
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text_rows import LineReader

LOOKED_AT = 100_000
FEW_POINTS = 3


class PrintedLists(LogFormat):
    """``train_loss = [0.9, 0.5, 0.3]``; the values of all lists are read side by side."""

    name = "printed_lists"
    clues = ("[",)
    title = N_("Printed lists")
    about = N_("lists of losses with their names in a text: loss = [0.9, 0.5, 0.3]")

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        text = source.head_text[:LOOKED_AT]
        found = listed_values(text) if "[" in text and text.lstrip()[:1] not in ("{", "[") else None
        if found is None:
            return 0.0
        reader = LineReader()  # a log whose lists say again at its end what its lines have said
        reader.feed(drawn_lines(found[1])[:-1])
        return 0.92 if reader.points < FEW_POINTS else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        found = listed_values(source.text)
        if found is None:
            raise LogError(_("{path}: no list of losses was found").format(path=source.given))
        return JsonDocument().read(MemorySource(source.name, json.dumps(found[0]).encode()), options, progress)
