"""JSON records for other programs; keys, kinds and numbers are never localised."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from engine.events import Event
from engine.run import Change, Run

if TYPE_CHECKING:
    from engine.diagnosis.model import Diagnosis
    from engine.diagnosis.offering import Offer


def to_json(record: Mapping[str, Any]) -> str:
    """One line of JSON; numbers that are not finite become the strings "nan", "inf" and "-inf".

    Examples
    --------
    >>> to_json({"loss": float("inf"), "steps": 3})
    '{"loss": "inf", "steps": 3}'
    """
    return json.dumps(_plain(record), ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def position(run: Run, row: int) -> float:
    """The position of a row in units of the run's x; an integer if it is whole."""
    x = run.x_at(row)
    return int(x) if x.is_integer() else x


def event_record(event: Event, run: Run, others: Sequence[Event] = ()) -> dict[str, Any]:
    """The record of an event with its text, causes and remedies."""
    from engine.diagnosis.explanation import explain
    from engine.probes.confirm import confirmed

    event = confirmed(event, run)
    diagnosis = explain(event, run, others)
    return {
        "id": event.id,
        "kind": event.kind.value,
        "series": event.series,
        "start": position(run, event.start),
        "end": position(run, event.end),
        "raised": position(run, event.raised),
        "severity": event.severity.value,
        "confidence": event.confidence,
        "text": diagnosis.sentence,
        "evidence": dict(event.evidence),
        **_why(diagnosis),
    }


def offer_record(offered: Offer) -> dict[str, Any]:
    """The record of what is offered where nothing was found."""
    return {"text": offered.sentence, **_why(offered)}


def _why(said: Diagnosis | Offer) -> dict[str, Any]:
    return {
        "causes": [{"cause": c.key, "weight": c.weight, "text": c.text} for c in said.causes],
        "remedies": [{"remedy": r.key, "text": r.text, "watch": r.watch} for r in said.remedies],
        "tell_apart": asdict(said.apart) if said.apart else None,
    }


def change_record(change: Change) -> dict[str, Any]:
    """The record of a turn: the first step trained with it, old and new value."""
    return {"step": change.step, "key": change.key, "before": change.before, "after": change.after}
