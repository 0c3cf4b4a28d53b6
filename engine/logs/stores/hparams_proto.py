"""Hyperparameters in TensorBoard's event files.

Source: ``plugin_data.proto`` (``HParamsPluginData.session_start_info``) of https://github.com/tensorflow/tensorboard
(tensorboard/plugins/hparams), whose values are ``google.protobuf.Value``.
"""

from __future__ import annotations

from engine.logs.stores.wire import fields, float_of, text_of
from engine.run import Value

PLUGIN = "hparams"
_SESSION_START, _HPARAMS = 3, 1
_NUMBER, _TEXT, _BOOLEAN = 2, 3, 4


def hparams_of(content: bytes) -> dict[str, Value]:
    """The hyperparameters of a plugin's data; empty if it has none.

    Raises
    ------
    WireError
        If the bytes are no message.
    """
    found: dict[str, Value] = {}
    for number, start in fields(content):
        if number != _SESSION_START or not isinstance(start, bytes):
            continue
        for inner, entry in fields(start):
            if inner == _HPARAMS and isinstance(entry, bytes):
                key, value = _entry(entry)
                found[key] = value
    return found


def _entry(data: bytes) -> tuple[str, Value]:
    key, value = "", None
    for number, raw in fields(data):
        if number == 1:
            key = text_of(raw)
        elif number == 2 and isinstance(raw, bytes):
            value = _value(raw)
    return key, value


def _value(data: bytes) -> Value:
    for number, raw in fields(data):
        if number == _NUMBER:
            return float_of(raw)
        if number == _TEXT:
            return text_of(raw)
        if number == _BOOLEAN:
            return bool(raw)
    return None
