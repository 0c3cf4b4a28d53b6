"""``loss.tsv`` of Flair."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.source import Source


class FlairTsv(DelimitedText):
    """One row per epoch; cells that were not measured have an underscore or a hyphen."""

    name = "flair_tsv"
    clues = ("TRAIN_LOSS",)
    title = "Flair loss.tsv"
    about = N_("one row per epoch: learning rate, losses of training, dev and test")

    def fit(self, dialect: Dialect, source: Source) -> float:
        names = set(dialect.names)
        return 0.95 if dialect.delimiter == "\t" and {"EPOCH", "TRAIN_LOSS"} <= names else 0.0
