"""``catboost_training.json`` of CatBoost, and the folder that has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.i18n import N_
from engine.logs.formats.json_document import JsonDocument
from engine.logs.json_rows import as_number
from engine.logs.options import ReadOptions
from engine.logs.sheet import RowCollector, Sheet
from engine.logs.source import Progress, Source

FILE = "catboost_training.json"
MINIMISED = "Min"


class CatboostTraining(JsonDocument):
    """What is measured and whether less is better under ``meta``; lists of numbers by set under ``iterations``."""

    name = "catboost_training"
    clues = ('"learn_metrics"',)
    title = "CatBoost training.json"
    about = N_("objectives by iteration, with the sets they were measured on")

    def matches(self, source: Source) -> float:
        # the tables and event files beside it say the same, those of the test set without a word for it
        if source.is_folder:
            return 0.95 if (source.path / FILE).is_file() else 0.0
        return super().matches(source)

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        return super().read(Source(source.path / FILE) if source.is_folder else source, options, progress)

    def fit(self, start: str) -> float:
        head = start[:8000]
        return 0.95 if '"learn_metrics"' in head and '"learn_sets"' in start[:200_000] else 0.0

    def sheets(self, document: Any) -> list[Sheet]:
        if not isinstance(document, dict):
            return []
        meta, iterations = document.get("meta"), document.get("iterations")
        if not isinstance(meta, dict) or not isinstance(iterations, list):
            return []
        collector = RowCollector()
        columns = list(_columns(meta))
        for item in iterations:
            if isinstance(item, dict):
                collector.add(dict(_cells(item, columns)))
        sheet = collector.sheet()
        losses = (name for _set, _place, name, is_loss in columns if is_loss and name in sheet.columns)
        sheet.losses, sheet.x = tuple(losses), "iteration"
        sheet.pairs = tuple(_pairs(sheet.losses))
        return [sheet]


def _columns(meta: dict[str, Any]) -> Iterator[tuple[str, int, str, bool]]:
    """Yield set, place in its list, column name, and whether it is minimised."""
    for sets, metrics in (("learn_sets", "learn_metrics"), ("test_sets", "test_metrics")):
        for group in meta.get(sets) or ():
            for place, metric in enumerate(meta.get(metrics) or ()):
                if isinstance(metric, dict):
                    name = str(metric.get("name", ""))
                    yield str(group), place, f"{group} {name}", metric.get("best_value") == MINIMISED


def _pairs(losses: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each objective of a test set with that of the training set."""
    for name in losses:
        group, _space, metric = name.partition(" ")
        if group.startswith("test") and f"learn {metric}" in losses:
            yield name, f"learn {metric}"


def _cells(item: dict[str, Any], columns: list[tuple[str, int, str, bool]]) -> Iterator[tuple[str, float]]:
    for key in ("iteration", "passed_time"):
        if (number := as_number(item.get(key))) is not None:
            yield key, number
    for group, place, name, _is_loss in columns:
        values = item.get(group)
        if isinstance(values, list) and place < len(values) and (number := as_number(values[place])) is not None:
            yield name, number
