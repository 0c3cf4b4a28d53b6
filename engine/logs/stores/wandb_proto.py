"""Records of W&B's run file: history, configuration and the run's name.

Source: ``wandb/proto/wandb_internal.proto`` of https://github.com/wandb/wandb; until 0.30 every value is JSON, later
versions may have typed ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.logs.stores.wire import Raw, fields, float_of, signed, text_of

HISTORY, CONFIG, RUN = 2, 5, 17
_BOOLEAN, _INTEGER, _NUMBER, _TEXT, _JSON, _VALUE_JSON = 4, 5, 6, 7, 8, 16

Item = tuple[str, str]


@dataclass
class Read:
    """What was read: of the history the step and the names with their values as JSON."""

    history: list[tuple[int, list[Item]]] = field(default_factory=list)
    config: list[Item] = field(default_factory=list)
    name: str = ""


def read_record(data: bytes, read: Read) -> None:
    """Add a record to what was read.

    Raises
    ------
    WireError
        If the bytes are no record.
    """
    for number, raw in fields(data):
        if not isinstance(raw, bytes):
            continue
        if number == HISTORY:
            read.history.append(_history(raw))
        elif number == CONFIG:
            read.config += _updates(raw)
        elif number == RUN:
            _run(raw, read)


def _history(data: bytes) -> tuple[int, list[Item]]:
    step, items = 0, []
    for number, raw in fields(data):
        if number == 1 and isinstance(raw, bytes):
            items.append(_item(raw))
        elif number == 2 and isinstance(raw, bytes):
            step = next((signed(value) for n, value in fields(raw) if n == 1 and isinstance(value, int)), 0)
    return step, items


def _run(data: bytes, read: Read) -> None:
    for number, raw in fields(data):
        if number == 4 and isinstance(raw, bytes):
            read.config += _updates(raw)
        elif number == 8 or (number == 1 and not read.name):
            read.name = text_of(raw)


def _updates(data: bytes) -> Iterator[Item]:
    return (_item(raw) for number, raw in fields(data) if number == 1 and isinstance(raw, bytes))


def _item(data: bytes) -> Item:
    """A name, nested ones joined by slashes, and its value as JSON."""
    key, nested, value = "", [], "null"
    for number, raw in fields(data):
        if number == 1:
            key = text_of(raw)
        elif number == 2:
            nested.append(text_of(raw))
        else:
            value = _json(number, raw) or value
    return key or "/".join(nested), value


def _json(number: int, raw: Raw) -> str:
    if number in (_JSON, _VALUE_JSON):
        return text_of(raw)
    if number == _TEXT:
        return json.dumps(text_of(raw))
    if number == _NUMBER:
        return json.dumps(float_of(raw))
    if number == _BOOLEAN:
        return json.dumps(bool(raw))
    if number == _INTEGER and isinstance(raw, int):
        return str((raw >> 1) ^ -(raw & 1))
    return ""
