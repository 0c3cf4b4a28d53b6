"""Any text that a training program printed."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text import is_binary
from engine.logs.text_rows import LINE_ENDS, LineReader

PORTION = 20_000


class TextLog(LogFormat):
    """The generic reader of printed logs; it fits where nothing more special does."""

    name = "text_log"
    title = N_("Text log")
    about = N_(
        "anything a training printed: key=value, key: value and “loss 0.123” in lines of one shape, progress bars"
    )

    def matches(self, source: Source) -> float:
        if source.is_folder or is_binary(source.head):
            return 0.0
        return 0.3

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        reader = LineReader()
        lines = LINE_ENDS.split(source.text)
        for start in range(0, len(lines), PORTION):
            if progress is not None and not progress(start / len(lines)):
                raise Cancelled
            reader.take(lines[start : start + PORTION])
        return [reader.sheet()]
