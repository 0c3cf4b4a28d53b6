"""TensorBoard's event messages: scalars, hyperparameters, and where a resumed training begins.

Sources: ``event.proto``, ``summary.proto`` and ``tensor.proto`` of https://github.com/tensorflow/tensorboard
(tensorboard/compat/proto).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import NamedTuple

import numpy as np

from engine.logs.stores.hparams_proto import PLUGIN, hparams_of
from engine.logs.stores.wire import Raw, WireError, fields, float_of, signed, text_of, varint
from engine.run import Value
from engine.values import dataclass

SESSION_START = 1
SCALARS = ("", "scalars")

# dtype: its form in tensor_content, and the field of its own numbers
_CONTENT = {
    1: "<f4",
    2: "<f8",
    3: "<i4",
    4: "u1",
    5: "<i2",
    6: "i1",
    9: "<i8",
    17: "<u2",
    19: "<f2",
    22: "<u4",
    23: "<u8",
}
_HALF, _BFLOAT = 19, 14
_NUMBERS = {5: "<f", 6: "<d"}
_WHOLE = (7, 10, 16, 17)
_HALVES = 13


class Scalar(NamedTuple):
    """A number under its tag."""

    tag: str
    value: float


@dataclass(frozen=True)
class Event:
    """One event.

    Attributes
    ----------
    wall_time : float
        In seconds.
    step : int
    scalars : tuple of Scalar
    is_start : bool
        Whether a session begins here, which makes all earlier numbers at this step and later ones void.
    hparams : mapping of str to value
    """

    wall_time: float
    step: int
    scalars: tuple[Scalar, ...]
    is_start: bool
    hparams: Mapping[str, Value] = field(default_factory=dict)


def event_of(data: bytes) -> Event:
    """Read an event.

    Raises
    ------
    WireError
        If the bytes are no event.
    """
    wall_time, step, is_start = 0.0, 0, False
    scalars: list[Scalar] = []
    hparams: dict[str, Value] = {}
    for number, raw in fields(data):
        if number == 1:
            wall_time = float_of(raw)
        elif number == 2 and isinstance(raw, int):
            step = signed(raw)
        elif number == 5 and isinstance(raw, bytes):
            for n, value in fields(raw):
                if n == 1 and isinstance(value, bytes):
                    scalars += _scalars(value)
                    hparams |= _hparams(value)
        elif number == 7 and isinstance(raw, bytes):
            is_start = (1, SESSION_START) in fields(raw)
    return Event(wall_time, step, tuple(scalars), is_start, hparams)


def _hparams(data: bytes) -> dict[str, Value]:
    """The hyperparameters of a summary value, if it is one of their plugin."""
    for number, metadata in fields(data):
        if number == 9 and isinstance(metadata, bytes) and _plugin(metadata) == PLUGIN:
            return hparams_of(_plugin_content(metadata))
    return {}


def _plugin_content(metadata: bytes) -> bytes:
    parts = (
        content
        for number, raw in fields(metadata)
        if number == 1 and isinstance(raw, bytes)
        for inner, content in fields(raw)
        if inner == 2 and isinstance(content, bytes)
    )
    return next(parts, b"")


def _scalars(data: bytes) -> Iterator[Scalar]:
    """The number of a summary value, if it is one."""
    tag, plugin = "", ""
    value: float | None = None
    for number, raw in fields(data):
        if number == 1:
            tag = text_of(raw)
        elif number == 2:
            value = float_of(raw)
        elif number == 8 and isinstance(raw, bytes):
            value = _number_of_tensor(raw)
        elif number == 9 and isinstance(raw, bytes):
            plugin = _plugin(raw)
    if value is not None and plugin in SCALARS:
        yield Scalar(tag, value)


def _plugin(metadata: bytes) -> str:
    names = (
        text_of(name)
        for number, raw in fields(metadata)
        if number == 1 and isinstance(raw, bytes)
        for inner, name in fields(raw)
        if inner == 1
    )
    return next(names, "")


def _number_of_tensor(data: bytes) -> float | None:
    """The number of a tensor with one element; None for other tensors."""
    dtype, content = 0, b""
    numbers: list[float] = []
    for number, raw in fields(data):
        if number == 1 and isinstance(raw, int):
            dtype = raw
        elif number == 2 and isinstance(raw, bytes):
            if _size(raw) != 1:
                return None
        elif number == 4 and isinstance(raw, bytes):
            content = raw
        elif number in _NUMBERS and isinstance(raw, bytes):
            numbers += _packed(raw, _NUMBERS[number])
        elif number in _WHOLE or number == _HALVES:
            numbers += _whole(raw, dtype)
    if content:
        return _of_content(content, dtype)
    return numbers[0] if len(numbers) == 1 else None


def _size(shape: bytes) -> int:
    """The number of elements of a shape."""
    size = 1
    for number, raw in fields(shape):
        if number == 2 and isinstance(raw, bytes):
            size *= next((v for n, v in fields(raw) if n == 1 and isinstance(v, int)), 0)
    return size


def _packed(raw: bytes, form: str) -> list[float]:
    size = struct.calcsize(form)
    return [float(v) for (v,) in struct.iter_unpack(form, raw[: size * 2])] if len(raw) % size == 0 else []


def _whole(raw: Raw, dtype: int) -> list[float]:
    value = raw if isinstance(raw, int) else varint(raw, 0)[0]
    if dtype in (_HALF, _BFLOAT):
        return [_of_bits(value & 0xFFFF, dtype)]
    return [float(signed(value))]


def _of_bits(bits: int, dtype: int) -> float:
    if dtype == _HALF:
        return float(np.array([bits], np.uint16).view(np.float16)[0])
    return float(np.array([bits << 16], np.uint32).view(np.float32)[0])


def _of_content(content: bytes, dtype: int) -> float | None:
    if dtype == _BFLOAT and len(content) == 2:
        return _of_bits(int.from_bytes(content, "little"), _BFLOAT)
    form = _CONTENT.get(dtype)
    if form is None or len(content) != np.dtype(form).itemsize:
        return None
    return float(np.frombuffer(content, form)[0])


__all__ = ["Event", "Scalar", "WireError", "event_of"]
