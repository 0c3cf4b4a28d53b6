"""``metrics.json`` of Detectron2 and ``*.log.json`` of MMEngine: JSON lines with an iteration."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.i18n import N_
from engine.logs.formats.json_lines import JsonLines
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.table import Sparse

ITERATION, STEP, EPOCH = "iter", "step", "epoch"


class DetectronMetrics(JsonLines):
    """Evaluation entries are between training entries and have no loss."""

    name = "detectron_metrics"
    clues = ("total_loss", "data_time")
    title = "Detectron2, MMEngine"
    about = N_("JSON lines with iteration, total loss and its parts; evaluation entries in between")

    def fit(self, objects: list[dict[str, Any]]) -> float:
        keys = set().union(*objects)
        is_detectron = {"iteration", "total_loss"} <= keys
        is_mmengine = "data_time" in keys and bool({"iter", "mode", "step"} & keys)
        return 0.95 if is_detectron or is_mmengine else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return [_with_one_meaning(sheet) for sheet in super().read(source, options, progress)]


def _with_one_meaning(sheet: Sheet) -> Sheet:
    """The sheet of MMEngine with its key ``step`` as the epoch where an evaluation counts epochs by it.

    In training records it is the iteration, in those of evaluations whatever the loop counts: the epoch of a loop by
    epochs, which is then less than the iteration before.
    """
    if not {ITERATION, STEP} <= set(sheet.columns):
        return sheet
    iterations, steps = sheet.cells(ITERATION), sheet.cells(STEP)
    is_evaluation = ~np.isin(steps.rows, iterations.rows)
    before = np.searchsorted(iterations.rows, steps.rows[is_evaluation]) - 1
    evaluated = steps.values[is_evaluation]
    if len(before) and (before >= 0).all() and (evaluated < iterations.values[before]).any():
        epochs = sheet.cells(EPOCH) if EPOCH in sheet.columns else Sparse(np.empty(0, np.int64), np.empty(0))
        rows = np.concatenate([epochs.rows, steps.rows[is_evaluation]])
        order = np.argsort(rows, kind="stable")
        is_new = np.concatenate([[True], np.diff(rows[order]) > 0])
        sheet.columns[EPOCH] = Sparse(rows[order][is_new], np.concatenate([epochs.values, evaluated])[order][is_new])
    del sheet.columns[STEP]
    sheet.x = ITERATION
    return sheet
