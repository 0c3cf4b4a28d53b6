"""Offline sessions of ClearML."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.json_rows import as_number, parse_json
from engine.logs.options import ReadOptions
from engine.logs.settings.keys import canonical, nested
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.archive import content, members, opened
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name, decode
from engine.run import Value

METRICS, TASK = "metrics.jsonl", "task.json"
SCALAR = "training_stats_scalar"


class ClearmlSession(LogFormat):
    """``metrics.jsonl`` and ``task.json``, in a folder or zipped; ClearML writes 0 for NaN unless told otherwise."""

    name = "clearml_session"
    clues = (b"PK\x03\x04",)
    title = "ClearML"
    about = N_("an offline session, a folder or its zip: scalars by iteration, and hyperparameters")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.94 if (source.path / METRICS).is_file() and (source.path / TASK).is_file() else 0.0
        return 0.98 if {METRICS, TASK} <= set(members(source)) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if source.is_folder:
            metrics, task = (Source(source.path / name).text for name in (METRICS, TASK))
        else:
            with opened(source) as archive:
                metrics, task = (decode(content(archive, name)) for name in (METRICS, TASK))
        numbers = [number for line in metrics.splitlines() for number in _numbers(line)]
        if not numbers:
            raise LogError(_("{path}: no numbers were found").format(path=source.given))
        sheet = sheet_of_tags(numbers)
        sheet.settings = _settings(task)
        sheet.setting_sources = dict.fromkeys(sheet.settings, TASK)
        return [sheet]


def _numbers(line: str) -> Iterator[TaggedNumber]:
    """Yield the scalars of a line, which is a list of events."""
    try:
        events = parse_json(line)
    except ValueError:
        return
    for event in events if isinstance(events, list) else [events]:
        if not isinstance(event, dict) or event.get("type") != SCALAR:
            continue
        time, step, value = (as_number(event.get(key)) for key in ("timestamp", "iter", "value"))
        if value is not None and step is not None:
            tag = "/".join(str(event[key]) for key in ("metric", "variant") if event.get(key))
            yield TaggedNumber((time or 0.0) / 1000, step, clean_name(tag), value)


def _settings(task: str) -> dict[str, Value]:
    try:
        sections: Any = json.loads(task).get("hyperparams", {})
        items = [(name, item) for section in sections.values() for name, item in section.items()]
        return canonical(nested({str(name): item["value"] for name, item in items}))
    except (ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return {}
