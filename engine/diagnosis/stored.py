"""What ``python -m tools.faultlab fit`` made: words and a few numbers in a JSON file, and arrays beside it.

The arrays lie in the layout of safetensors: the length of a header in eight bytes, the header, which names the type,
shape and place of each, and their numbers. The file is mapped into memory, so that an event costs what is asked of it.
"""

from __future__ import annotations

import json
import mmap
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from engine.resources import resource

WORDS = resource("fitted", "causes.json")
ARRAYS = resource("fitted", "causes.safetensors")
TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "U8": "u1"}
LENGTH = 8  # bytes that tell how long the header is

Array = np.ndarray[Any, np.dtype[Any]]


@cache
def words() -> dict[str, Any]:
    """The words, which name what was fitted on what and the command."""
    held: dict[str, Any] = json.loads(WORDS.read_text(encoding="utf-8"))
    return held


def lists() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Facts and kinds of events that forest and networks read, and the causes that they say."""
    held = words()
    return tuple(held["facts"]), tuple(held["kinds"]), tuple(held["causes"])


def arrays(part: str) -> dict[str, Any]:
    """The arrays of a part, such as ``forest``, by their names."""
    return {name.removeprefix(f"{part}."): values for name, values in _arrays().items() if name.startswith(f"{part}.")}


@cache
def _arrays() -> dict[str, Array]:
    return read(ARRAYS)


def read(path: Path) -> dict[str, Array]:
    """The arrays of a file, mapped into memory and not to be written to."""
    with path.open("rb") as file:
        held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    first = LENGTH + int.from_bytes(held[:LENGTH], "little")
    header = json.loads(held[LENGTH:first])
    return {name: _array(held, first, about) for name, about in header.items()}


def _array(held: mmap.mmap, first: int, about: dict[str, Any]) -> Array:
    begin, end = about["data_offsets"]
    kind = np.dtype(TYPES[about["dtype"]])
    return np.frombuffer(held, kind, (end - begin) // kind.itemsize, first + begin).reshape(about["shape"])
