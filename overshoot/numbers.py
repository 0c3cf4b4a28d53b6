"""Turns what a training logs into plain numbers, without waiting for a device in the hot path."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from overshoot.plain_rows import Row


def number(value: Any) -> Any:
    """A value as a float, or as a tensor on another device that `settled` reads later; None if it is no number.

    A tensor is copied, since a later in-place change or a replayed CUDA graph would rewrite it.

    Examples
    --------
    >>> number(2), number(True), number("0.5"), number([1.0])
    (2.0, 1.0, None, None)
    """
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        if value.is_cpu:
            try:
                value = value.item()
            except RuntimeError:  # more than one number
                return None
        else:
            is_one = value.numel() == 1 and not value.is_complex()
            return value.detach().reshape(()).clone() if is_one else None
    if isinstance(value, (float, int)):
        try:
            return float(value)
        except OverflowError:  # an integer of more than 308 digits
            return None
    if isinstance(value, complex):
        return None
    if hasattr(value, "item") and getattr(value, "size", 1) == 1:  # numpy
        value = value.item()
        return float(value) if isinstance(value, (float, int)) else None
    if hasattr(value, "__float__") and not hasattr(value, "__len__"):
        return float(value)
    return None


def settled(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with all tensors read, those of one device and type at once."""
    waiting = [
        (numbers, name, value)
        for _step, _time, _rate, numbers in rows
        for name, value in numbers.items()
        if type(value) is not float and hasattr(value, "device")
    ]
    if not waiting:
        return rows
    torch = sys.modules["torch"]
    groups: dict[tuple, list] = {}
    for place in waiting:
        groups.setdefault((place[2].device, place[2].dtype), []).append(place)
    for places in groups.values():
        values = torch.stack([value for _numbers, _name, value in places]).tolist()
        for (numbers, name, _value), found in zip(places, values):
            numbers[name] = float(found)
    return rows
