"""``metrics.json`` of Sacred's FileStorageObserver."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.i18n import N_
from engine.logs.formats.json_document import JsonDocument
from engine.logs.json_rows import as_number
from engine.logs.sheet import Sheet
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

STEPS, VALUES, TIMES = "steps", "values", "timestamps"


class SacredMetrics(JsonDocument):
    """Each metric with its steps, times and values."""

    name = "sacred_metrics"
    clues = ('"timestamps"',)
    title = "Sacred"
    about = N_("metrics.json of the FileStorageObserver: each metric with its steps, times and values")

    def fit(self, start: str) -> float:
        return 0.95 if start.startswith("{") and all(f'"{key}"' in start for key in (STEPS, VALUES, TIMES)) else 0.0

    def sheets(self, document: Any) -> list[Sheet]:
        numbers = list(_numbers(document)) if isinstance(document, dict) else []
        return [sheet_of_tags(numbers)] if numbers else []


def _numbers(document: dict[str, Any]) -> Iterator[TaggedNumber]:
    for name, metric in document.items():
        if not isinstance(metric, dict):
            continue
        steps, values, times = (metric.get(key) for key in (STEPS, VALUES, TIMES))
        if not isinstance(steps, list) or not isinstance(values, list):
            continue
        times = times if isinstance(times, list) and len(times) == len(steps) else [None] * len(steps)
        for step, value, time in zip(steps, values, times):
            # a NumPy scalar is kept as an object that says its type
            plain = as_number(value.get("value") if isinstance(value, dict) else value)
            place = as_number(step)
            if plain is not None and place is not None:
                yield TaggedNumber(_seconds(time), place, clean_name(str(name)), plain)


def _seconds(time: Any) -> float:
    try:
        return datetime.fromisoformat(str(time)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
