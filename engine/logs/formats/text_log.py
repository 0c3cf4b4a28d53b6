"""Printed output of any training program."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.base import LogFormat
from engine.logs.decimal_commas import has_commas, with_points
from engine.logs.drawn_lines import drawn_lines
from engine.logs.errors import Cancelled
from engine.logs.feeds import RowFeed, TextFeed
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.text_rows import LineReader
from engine.logs.uniform_lines import read_uniform

PORTION = 20_000
LOOKED_AT = 30_000
LEAST_POINTS = 3


class TextLog(LogFormat):
    """The generic reader of printed logs, used if no special format fits."""

    name = "text_log"
    title = N_("Text log")
    most = 0.5
    about = N_(
        "any printed training output: key=value, key: value and “loss 0.123” in lines of the same form, progress bars"
    )

    def matches(self, source: Source) -> float:
        if source.is_folder or source.is_binary:
            return 0.0
        reader = LineReader()
        reader.feed(drawn_lines(with_points(source.head_text[:LOOKED_AT]))[:-1])
        # A printed configuration may be longer than the part examined: 0.2 is a last resort.
        return self.most if reader.points >= LEAST_POINTS else 0.2

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return [read_uniform(source.text) or self.reader(source, progress).sheet()]

    def start_following(self, source: Source, options: ReadOptions) -> tuple[list[Sheet], RowFeed | None]:
        reader = self.reader(source)
        return [reader.sheet()], TextFeed(reader, has_commas(source.text))

    @staticmethod
    def reader(source: Source, progress: Progress | None = None) -> LineReader:
        """A reader that was fed all lines."""
        reader = LineReader()
        lines = drawn_lines(with_points(source.text))
        for start in range(0, len(lines), PORTION):
            if progress is not None and not progress(start / len(lines)):
                raise Cancelled
            reader.feed(lines[start : start + PORTION])
        return reader
