"""Offline experiments of Comet."""

from __future__ import annotations

from collections import Counter
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

MESSAGES, ABOUT = "messages.json", "experiment.json"
METRIC, PARAMETER = "metric_msg", "parameter_msg"
LOGGED_BY_ITSELF = "auto-logged"  # the step and epoch, as parameters


class CometExperiment(LogFormat):
    """``messages.json`` in the zip of an OfflineExperiment: one message a line, metrics and parameters among them."""

    name = "comet_experiment"
    clues = (b"PK\x03\x04",)
    title = "Comet"
    about = N_("the zip of an offline experiment: metrics by step, and parameters")

    def matches(self, source: Source) -> float:
        return 0.98 if {MESSAGES, ABOUT} <= set(members(source)) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        with opened(source) as archive:
            text = decode(content(archive, MESSAGES))
        messages = [message for line in text.splitlines() if (message := _message(line)) is not None]
        numbers = list(_numbers(messages))
        if not numbers:
            raise LogError(_("{path}: no numbers were found").format(path=source.given))
        sheet = sheet_of_tags(numbers)
        sheet.settings = _settings(messages)
        sheet.setting_sources = dict.fromkeys(sheet.settings, MESSAGES)
        return [sheet]


def _message(line: str) -> tuple[str, dict[str, Any]] | None:
    """The kind and the content of a message; None if the line is damaged."""
    try:
        item = parse_json(line)
    except ValueError:
        return None
    payload = item.get("payload") if isinstance(item, dict) else None
    return (str(item.get("type")), payload) if isinstance(payload, dict) else None


def _numbers(messages: list[tuple[str, dict[str, Any]]]) -> Iterator[TaggedNumber]:
    """Yield the metrics; one that was logged without a step is counted."""
    counts: Counter[str] = Counter()
    for kind, payload in messages:
        metric = payload.get("metric")
        value = as_number(metric.get("metricValue")) if kind == METRIC and isinstance(metric, dict) else None
        if value is None or not isinstance(metric, dict):
            continue
        context = payload.get("context")
        tag = clean_name(f"{context}_{metric.get('metricName')}" if context else str(metric.get("metricName")))
        step = as_number(metric.get("step"))
        yield TaggedNumber(
            (as_number(payload.get("local_timestamp")) or 0.0) / 1000, counts[tag] if step is None else step, tag, value
        )
        counts[tag] += 1


def _settings(messages: list[tuple[str, dict[str, Any]]]) -> dict[str, Value]:
    told = [payload.get("param") for kind, payload in messages if kind == PARAMETER]
    own = [param for param in told if isinstance(param, dict) and param.get("source") != LOGGED_BY_ITSELF]
    # what stood within something else is named after both: optimizer|name
    return canonical(nested({str(p.get("paramName")).replace("|", "/"): p.get("paramValue") for p in own}))
