"""``metrics.csv`` of PyTorch Lightning, and its version folder."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.errors import LogError
from engine.logs.formats.delimited import DelimitedText
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

FILE = "metrics.csv"


class LightningCsv(DelimitedText):
    """Training and validation rows alternate, with empty cells for the other's numbers."""

    name = "lightning_csv"
    clues = ("epoch",)
    title = "PyTorch Lightning"
    about = N_("metrics.csv or its version folder: training and validation rows interleaved, by step")

    def matches(self, source: Source) -> float:
        if not source.is_folder:
            return super().matches(source)
        try:
            return super().matches(Source(source.path / FILE)) if (source.path / FILE).is_file() else 0.0
        except LogError:
            return 0.0

    def fit(self, dialect: Dialect, source: Source) -> float:
        has_clocks = {"epoch", "step"} <= set(dialect.names)
        start = source.head_text[:4096]
        return 0.9 if dialect.delimiter == "," and has_clocks and (",," in start or source.name == FILE) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return super().read(Source(source.path / FILE) if source.is_folder else source, options, progress)

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        sheet.x = "step"
        return [sheet]
