"""``loss.dat`` of DeepXDE."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.sheet import Sheet
from engine.logs.source import Source
from engine.patterns import pattern

_HEADER = pattern(r"^#\s*step,\s*loss_train,\s*loss_test,\s*metrics_test", re.MULTILINE)


class DeepxdeLoss(DelimitedText):
    """Four names for more columns: training and test losses have one column per term, metrics come last.

    Training and test have equally many terms, so an odd number of columns after the step means one metric; with an even
    number there are none or two, and none is the usual case.
    """

    name = "deepxde_loss"
    clues = ("loss_train",)
    title = "DeepXDE loss.dat"
    about = N_("step, training losses, test losses and metrics; one column for each term of the loss")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.95 if _HEADER.search(source.head_text[:4096]) else 0.0

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        terms, metrics = divmod(len(dialect.names) - 1, 2)
        names = ["step", *(f"loss_train[{i}]" for i in range(terms)), *(f"loss_test[{i}]" for i in range(terms))]
        names += [f"metric_test[{i}]" for i in range(metrics)]
        renamed = dict(zip(dialect.names, names))
        columns = {renamed[name]: cells for name, cells in sheet.columns.items()}
        return [replace(sheet, columns=columns, are_names_given=True, x="step")]
