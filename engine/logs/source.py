"""Where bytes come from: a file, a compressed file, a folder or a remote path. Nothing in it is executed.

Symbolic links that a person names are followed. Only regular files are read: a pipe or a device could block for ever.
Links found while looking through a folder are not followed when they lead out of it.
"""

from __future__ import annotations

import stat
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import IO

from engine.i18n import _
from engine.logs import compression
from engine.logs.dialect import Dialect, sniff
from engine.logs.errors import LogError
from engine.logs.remote import open_address
from engine.logs.text import decode, is_binary

HEAD_BYTES = 256 * 1024
LONG_HEAD_BYTES = 4 << 20
LARGEST_BYTES = 8 << 30
PIECE_BYTES = 4 << 20

Progress = Callable[[float], bool]


class Source:
    """A log as it was named, with its bytes decompressed.

    Parameters
    ----------
    path : str or Path
        A local path or an address that fsspec knows (``s3://…``, ``https://…``).
    limit : int, optional
        Read only so many of the stored bytes; the rest of a growing file comes later.

    Raises
    ------
    LogError
        If there is nothing readable there.
    """

    def __init__(self, path: str | Path, limit: int | None = None) -> None:
        self.limit = limit
        self.given = str(path)
        self.is_remote = "://" in self.given
        self.path = Path(self.given)
        self.name = self.given.rstrip("/").rpartition("/")[2] if self.is_remote else self.path.name
        self.is_folder = not self.is_remote and self._is_folder()

    def _is_folder(self) -> bool:
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            raise LogError(_("{path}: no such file").format(path=self.given)) from None
        except (OSError, ValueError) as error:
            raise LogError(_("{path}: cannot be read: {reason}").format(path=self.given, reason=_why(error))) from None
        if stat.S_ISDIR(mode):
            return True
        if not stat.S_ISREG(mode):
            raise LogError(_("{path}: is neither a file nor a folder").format(path=self.given))
        return False

    def open(self) -> IO[bytes]:
        """The bytes as they are stored."""
        try:
            return open_address(self.given) if self.is_remote else self.path.open("rb")
        except (OSError, ValueError) as error:
            raise LogError(_("{path}: cannot be read: {reason}").format(path=self.given, reason=_why(error))) from None

    @cached_property
    def compression(self) -> str | None:
        """Name of the compression that the first bytes tell."""
        if self.is_folder:
            return None
        with self.open() as stream:
            return compression.recognise(stream.read(8))

    @property
    def is_plain_file(self) -> bool:
        """Whether a local file holds the bytes as they are, so that it can be mapped into memory."""
        return not (self.is_remote or self.is_folder or self.compression or self.limit is not None)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, decompressed; more of them where a line is that long."""
        head = self._start(HEAD_BYTES)
        is_one_line = len(head) == HEAD_BYTES and b"\n" not in head and b"\r" not in head
        return self._start(LONG_HEAD_BYTES) if is_one_line else head

    def _start(self, count: int) -> bytes:
        kind = self.compression  # looked up first: some file systems hand out one stream for all that open a file
        with self.open() as stream:
            if kind is None:
                return stream.read(count if self.limit is None else min(count, self.limit))
            return compression.expand_start(stream, kind, count, self.given)

    @cached_property
    def data(self) -> bytes:
        """All bytes, decompressed; expansion is bounded."""
        with self.open() as stream:
            try:
                stored = _read(stream, LARGEST_BYTES if self.limit is None else self.limit)
            except OSError as error:
                reason = _why(error)
                raise LogError(_("{path}: cannot be read: {reason}").format(path=self.given, reason=reason)) from None
        return stored if self.compression is None else compression.expand(stored, self.compression, self.given)

    @cached_property
    def text(self) -> str:
        """All text; carriage returns are kept."""
        return decode(self.data)

    @cached_property
    def head_text(self) -> str:
        """The first text, without a last line that was cut."""
        text = decode(self.head, is_cut=len(self.head) >= HEAD_BYTES)
        cut = text.rfind("\n") + 1 if len(self.head) >= HEAD_BYTES else 0
        return text[:cut] if cut else text

    @cached_property
    def is_binary(self) -> bool:
        """Whether the first bytes are no text."""
        return is_binary(self.head)

    @cached_property
    def dialect(self) -> Dialect | None:
        """How the text is delimited, if it is; every format of tables asks."""
        return None if self.is_binary else sniff(self.head_text)

    @property
    def is_cut(self) -> bool:
        """Whether there is more than the head."""
        return len(self.head) >= HEAD_BYTES


def _read(stream: IO[bytes], count: int) -> bytes:
    """Up to so many bytes; asked for at once, room for all of them would be taken in advance."""
    pieces = []
    while count > 0 and (piece := stream.read(min(PIECE_BYTES, count))):
        pieces.append(piece)
        count -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
