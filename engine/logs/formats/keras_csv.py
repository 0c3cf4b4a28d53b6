"""The file of Keras' CSVLogger."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.source import Source


class KerasCsv(DelimitedText):
    """One row per epoch from 0, columns in alphabetical order; appended to when training is resumed."""

    name = "keras_csv"
    clues = ("epoch",)
    title = "Keras CSVLogger"
    about = N_("one row per epoch: epoch, metrics and losses in alphabetical order")

    def fit(self, dialect: Dialect, source: Source) -> float:
        first, *others = dialect.names
        is_sorted = others == sorted(others)
        return 0.9 if first == "epoch" and "loss" in others and is_sorted and dialect.are_names_given else 0.0
