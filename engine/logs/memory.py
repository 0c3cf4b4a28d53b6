"""A log that is part of something else: an output of a notebook, a file in an archive."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import IO

from engine.logs.source import Source


class MemorySource(Source):
    """Bytes in memory under the name of what they are part of."""

    def __init__(self, given: str, data: bytes) -> None:
        self.limit = None
        self.given = given
        self.is_remote = False
        self.path = Path(given)
        self.name = self.path.name
        self.is_folder = False
        self._bytes = data

    def open(self) -> IO[bytes]:
        """Open the bytes."""
        return BytesIO(self._bytes)

    @property
    def is_plain_file(self) -> bool:
        """Never, since there is no file of these bytes alone."""
        return False
