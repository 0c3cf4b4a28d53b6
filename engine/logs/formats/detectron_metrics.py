"""``metrics.json`` of Detectron2 and ``*.log.json`` of MMEngine: JSON lines with an iteration."""

from __future__ import annotations

from typing import Any

from engine.i18n import N_
from engine.logs.formats.json_lines import JsonLines


class DetectronMetrics(JsonLines):
    """Evaluation entries are between training entries and have no loss."""

    name = "detectron_metrics"
    title = "Detectron2, MMEngine"
    about = N_("JSON lines with iteration, total loss and its parts; evaluation entries in between")

    def fit(self, objects: list[dict[str, Any]]) -> float:
        keys = set().union(*objects)
        is_detectron = {"iteration", "total_loss"} <= keys
        is_mmengine = "data_time" in keys and bool({"iter", "mode", "step"} & keys)
        return 0.95 if is_detectron or is_mmengine else 0.0
