"""A plain local file for loaders that take a path and no bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.logs.source import Source


@contextmanager
def local_copy(source: Source) -> Iterator[Path]:
    """The file itself where it is plain and local, else a temporary one with its content."""
    if source.is_plain_file:
        yield source.path
        return
    with tempfile.TemporaryDirectory(prefix="overshoot-") as folder:
        path = Path(folder) / "log"
        path.write_bytes(source.data)
        yield path
