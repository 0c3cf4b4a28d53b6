"""States of a brought training as plain data that a file can hold without executing anything when it is read."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ARRAY, TUPLE = "__array__", "__tuple__"


def state_of(thing: Any) -> Any:
    """The state of an object of the person's: by ``state_dict``, ``get_state``, ``getstate`` or ``bit_generator``."""
    for name in ("state_dict", "get_state", "getstate"):
        if hasattr(thing, name):
            return getattr(thing, name)()
    if hasattr(thing, "bit_generator"):
        return thing.bit_generator.state
    raise TypeError(f"{type(thing).__name__} has neither state_dict nor get_state")


def put_back(thing: Any, state: Any) -> None:
    """Set a state that `state_of` has returned."""
    for name in ("load_state_dict", "set_state", "setstate"):
        if hasattr(thing, name):
            getattr(thing, name)(state)
            return
    thing.bit_generator.state = state


def plain(value: Any) -> Any:
    """A deep copy on the CPU of tensors, arrays, numbers, texts and containers of them."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().to("cpu", copy=True)
    if type(value).__module__ == "numpy":
        import numpy

        array = numpy.asarray(value)
        if array.dtype.kind == "u" and array.dtype.itemsize > 1:  # torch has no unsigned integers of all sizes
            return {ARRAY: torch.from_numpy(array.astype(numpy.int64)), "dtype": str(array.dtype)}
        return {ARRAY: torch.from_numpy(array.copy()), "dtype": str(array.dtype)}
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple):
        return {TUPLE: [plain(part) for part in value]}
    if isinstance(value, (list, set)) or type(value).__name__ == "deque":
        return [plain(part) for part in value]
    if isinstance(value, (int, float, str, bytes, bool)) or value is None:
        return value
    return _number(value)


def _number(value: Any) -> Any:
    with contextlib.suppress(TypeError, ValueError):
        return float(value)
    raise TypeError(f"a state holds {type(value).__name__}, which is no plain data")


def unpacked(value: Any) -> Any:
    """The content of `plain`, with its arrays and tuples; tensors are copies.

    An optimizer goes on writing into the tensors that it was given, and a state may be restored twice.
    """
    if hasattr(value, "clone"):
        return value.clone()
    if isinstance(value, Mapping):
        if ARRAY in value:
            return value[ARRAY].numpy().astype(value["dtype"])
        if TUPLE in value:
            return tuple(unpacked(part) for part in value[TUPLE])
        return {key: unpacked(part) for key, part in value.items()}
    return [unpacked(part) for part in value] if isinstance(value, list) else value


def save(state: Any, path: Path) -> None:
    """Write a state under a temporary name and rename it, so that no half file is ever read."""
    import torch

    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)


def load(path: Path) -> Any:
    """Read a state; nothing in the file is executed."""
    import torch

    return torch.load(path, weights_only=True)


def through_bytes(state: Any) -> Any:
    """What comes back from a file."""
    import torch

    buffer = io.BytesIO()
    torch.save(state, buffer)
    buffer.seek(0)
    return torch.load(buffer, weights_only=True)


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every tensor and number of a state, with its place."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, f"{name}.{key}" if name else str(key))
    elif isinstance(value, (list, tuple)):
        for i, part in enumerate(value):
            yield from leaves(part, f"{name}.{i}")
    else:
        yield name, value


def first_difference(one: Any, other: Any) -> str | None:
    """The place of the first value that is not equal bit for bit; None if all are.

    Examples
    --------
    >>> first_difference({"a": [1, 2]}, {"a": [1, 3]}), first_difference([0.5], [0.5])
    ('a.1', None)
    """
    mine, its = dict(leaves(one)), dict(leaves(other))
    for name in [*mine, *(n for n in its if n not in mine)]:
        if name not in mine or name not in its or not _same(mine[name], its[name]):
            return name
    return None


def _same(one: Any, other: Any) -> bool:
    if hasattr(one, "numel") and hasattr(other, "numel"):
        if one.shape != other.shape or one.dtype != other.dtype:
            return False
        equal = one == other
        return bool((equal | ((one != one) & (other != other))).all())
    return bool(one == other) or (one != one and other != other)
