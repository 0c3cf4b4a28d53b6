"""CSV export of one tag from TensorBoard."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.sheet import Sheet
from engine.logs.source import Source


class TensorBoardCsv(DelimitedText):
    """``Wall time,Step,Value``: the value is that of the exported tag, usually a loss."""

    name = "tensorboard_csv"
    title = N_("TensorBoard CSV export")
    about = N_("wall time, step and value of one tag")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.95 if {n.lower() for n in dialect.names} >= {"wall time", "step", "value"} else 0.0

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        sheet.losses = tuple(n for n in sheet.columns if n.lower() == "value")
        return [sheet]
