"""Records of ``diagnose --json``: one per loss series of a log."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from engine.commands.records import event_record, offer_record, position
from engine.diagnosis.remarks.base import remark_text, remarks_on
from engine.events import Event, Severity
from engine.logs.options import ROW
from engine.logs.settings.telling import LOG
from engine.remarks import Remark
from engine.run import Run
from engine.run_warnings import warning_record
from engine.series import LossSeries, Role, is_test

if TYPE_CHECKING:
    from engine.diagnosis.offering import Offer


class Verdict(StrEnum):
    """Summary of a series' listed events."""

    HEALTHY = "healthy"
    NOTICE = "notice"
    PROBLEM = "problem"


def verdict(events: Sequence[Event]) -> Verdict:
    """PROBLEM for any event of WARNING or above, NOTICE for INFO only, HEALTHY for none."""
    if any(event.severity.rank >= Severity.WARNING.rank for event in events):
        return Verdict.PROBLEM
    return Verdict.NOTICE if events else Verdict.HEALTHY


def role_name(series: LossSeries) -> str:
    """The role of a series in the records: ``training``, ``validation`` or ``test``."""
    if series.role is Role.VALIDATION and is_test(series.name):
        return "test"
    return series.role.value


def x_name(run: Run) -> str:
    """The name of x in the file, or ``row``."""
    return ROW if run.x is None else run.names.get(run.x, run.x)


def source_of(run: Run, key: str) -> str:
    """Where a setting is from: a file's name, ``log``, or ``person``."""
    return run.setting_sources.get(key, LOG)


def remark_record(remark: Remark, run: Run) -> dict[str, Any]:
    """The record of a remark."""
    return {
        "remark": remark.kind,
        "start": position(run, remark.start),
        "end": position(run, remark.end),
        "confidence": remark.confidence,
        "text": remark_text(remark, run),
    } | ({"kind": remark.about} if remark.about else {})


def series_record(
    file: str,
    run: Run,
    series: LossSeries,
    listed: Sequence[Event],
    perhaps: Sequence[Remark] = (),
    is_asked: bool = False,
) -> dict[str, Any]:
    """The record of a series; if `is_asked`, with reasons why it might learn too little where nothing is a problem."""
    events = [event for event in listed if event.series == series.name]
    offered = _offered(run, series, listed) if is_asked else None
    return {
        "file": file,
        "run": run.name,
        "series": series.name,
        "role": role_name(series),
        "x": x_name(run),
        "points": run.table.count(series.name),
        "verdict": verdict(events).value,
        "events": [event_record(event, run, listed) for event in events],
        "marks": [{"kind": mark.kind.value, "at": position(run, mark.row)} for mark in run.marks()],
        "warnings": [warning_record(warning) for warning in run.warnings],
        "settings": {key: {"value": value, "from": source_of(run, key)} for key, value in run.settings.items()},
        "remarks": [remark_record(remark, run) for remark in remarks_on(run, series.name, listed, perhaps)],
        "offered": offer_record(offered) if offered else None,
    }


def _offered(run: Run, series: LossSeries, listed: Sequence[Event]) -> Offer | None:
    from engine.diagnosis.offering import offer  # loads the ranking, which a log without an event does not need

    return offer(run, listed, series.name)
