"""``results.csv`` of Ultralytics YOLO."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.source import Source


class UltralyticsCsv(DelimitedText):
    """Columns padded with blanks: box, class and other losses of training and validation by epoch."""

    name = "ultralytics_csv"
    clues = ("train/", "val/")
    title = "Ultralytics YOLO"
    about = N_("results.csv: padded columns such as train/box_loss and val/box_loss, by epoch")

    def fit(self, dialect: Dialect, source: Source) -> float:
        losses = [n for n in dialect.names if n.startswith(("train/", "val/")) and n.endswith("_loss")]
        return 0.95 if len(losses) >= 2 and dialect.names[0] == "epoch" else 0.0
