"""``learn_error.tsv`` and ``test_error.tsv`` of CatBoost."""

from __future__ import annotations

from engine.i18n import N_
from engine.logs.dialect import Dialect
from engine.logs.formats.delimited import DelimitedText
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

_NO_LOSSES = {
    *("auc", "accuracy", "f1", "r2", "precision", "recall", "ndcg", "totalf1", "mcc", "kappa"),
    *("passed", "remaining"),  # the seconds of time_left.tsv
}


class CatboostTsv(DelimitedText):
    """``iter`` and one column per objective or metric; those to minimise are losses."""

    name = "catboost_tsv"
    clues = ("iter",)
    title = "CatBoost"
    about = N_("learn_error.tsv and test_error.tsv: objectives by iteration")

    def fit(self, dialect: Dialect, source: Source) -> float:
        return 0.95 if dialect.delimiter == "\t" and dialect.names[0] == "iter" and len(dialect.names) > 1 else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        sheets = super().read(source, options, progress)
        return [_of_test_set(sheet) for sheet in sheets] if source.name.startswith("test") else sheets

    def refine(self, sheet: Sheet, dialect: Dialect) -> list[Sheet]:
        sheet.losses = tuple(n for n in sheet.columns if n != "iter" and n.split(":")[0].lower() not in _NO_LOSSES)
        sheet.x = "iter"
        return [sheet]


def _of_test_set(sheet: Sheet) -> Sheet:
    """The sheet with names that say that the objectives are those of a test set."""
    losses = sheet.losses or ()
    sheet.columns = {f"test {name}" if name in losses else name: cells for name, cells in sheet.columns.items()}
    sheet.losses = tuple(f"test {name}" for name in losses)
    return sheet
