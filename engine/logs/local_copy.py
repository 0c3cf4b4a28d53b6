"""Provides a plain local file for loaders that need a path."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.logs.source import Source


@contextmanager
def local_copy(source: Source) -> Iterator[Path]:
    """The file itself if it is plain and local, else a temporary copy."""
    if source.is_plain_file:
        yield source.path
        return
    with tempfile.TemporaryDirectory(prefix="overshoot-") as folder:
        path = Path(folder) / "log"
        path.write_bytes(source.data)
        yield path
