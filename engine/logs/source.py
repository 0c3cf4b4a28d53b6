"""Sources of logs: a file, a compressed file, a folder or an address. Nothing in them is executed.

Symbolic links named by the user are followed. Only regular files are read, since a pipe or a device could block.
Links within a folder are not followed if they lead out of it.
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
from engine.logs.text import decode, is_binary, is_blank, without_terminal_codes

HEAD_BYTES = 256 * 1024
START = 1 << 18  # bytes or characters in which clues are looked for: a document of one line has a longer head
LONG_HEAD_BYTES = 4 << 20
MOST_BLANK_BYTES = 64 << 20  # zero bytes before the text of a file that was cut while a process wrote to it
LARGEST_BYTES = 8 << 30
PIECE_BYTES = 4 << 20

Progress = Callable[[float], bool]


class Source:
    """A log with its decompressed bytes.

    Parameters
    ----------
    path : str or Path
        A local path or an address known to fsspec (``s3://…``, ``https://…``).
    limit : int, optional
        Number of stored bytes to read; the rest of a growing file is read later.
    is_wanted : callable, optional
        Asked again and again while a server is waited for; what is no longer wanted raises `Cancelled`.

    Raises
    ------
    LogError
        If it cannot be read.
    """

    def __init__(
        self, path: str | Path, limit: int | None = None, is_wanted: Callable[[], bool] = lambda: True
    ) -> None:
        self.limit = limit
        self._is_wanted = is_wanted
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
        """Open the stored bytes."""
        try:
            return open_address(self.given, self._is_wanted) if self.is_remote else self.path.open("rb")
        except (OSError, ValueError) as error:
            raise LogError(_("{path}: cannot be read: {reason}").format(path=self.given, reason=_why(error))) from None

    @cached_property
    def compression(self) -> str | None:
        """The compression by the first bytes; None if there is none."""
        if self.is_folder:
            return None
        with self.open() as stream:
            return compression.recognise(stream.read(8))

    @property
    def is_plain_file(self) -> bool:
        """Whether this is a local, uncompressed file."""
        return not (self.is_remote or self.is_folder or self.compression or self.limit is not None)

    @cached_property
    def head(self) -> bytes:
        """The first decompressed bytes, more of them for a long line."""
        head = self._start(HEAD_BYTES)
        if len(head) < HEAD_BYTES:
            return head
        if is_blank(head[: HEAD_BYTES // 2]):
            head = self._start(MOST_BLANK_BYTES).lstrip(b"\0")[:HEAD_BYTES]
        is_one_line = b"\n" not in head and b"\r" not in head
        return self._start(LONG_HEAD_BYTES) if is_one_line else head

    def _start(self, count: int) -> bytes:
        kind = self.compression  # first, since some file systems share one stream among all openings
        with self.open() as stream:
            if kind is None:
                return stream.read(count if self.limit is None else min(count, self.limit))
            return compression.expand_start(stream, kind, count, self.given)

    @cached_property
    def data(self) -> bytes:
        """All decompressed bytes, up to a bound."""
        with self.open() as stream:
            try:
                stored = _read(stream, LARGEST_BYTES if self.limit is None else self.limit)
            except OSError as error:
                reason = _why(error)
                raise LogError(_("{path}: cannot be read: {reason}").format(path=self.given, reason=reason)) from None
        return stored if self.compression is None else compression.expand(stored, self.compression, self.given)

    @cached_property
    def text(self) -> str:
        """All text, including carriage returns."""
        return decode(self.data)

    @cached_property
    def head_text(self) -> str:
        """The text of the first bytes, without a cut last line."""
        text = without_terminal_codes(decode(self.head, is_cut=len(self.head) >= HEAD_BYTES))
        cut = text.rfind("\n") + 1 if len(self.head) >= HEAD_BYTES else 0
        return text[:cut] if cut else text

    @cached_property
    def start(self) -> tuple[bytes, str]:
        """The part of the head in which a format's clues stand, as bytes and as text."""
        return self.head[:START], self.head_text[:START]

    @cached_property
    def is_binary(self) -> bool:
        """Whether the first bytes are not text."""
        return is_binary(self.head)

    @cached_property
    def dialect(self) -> Dialect | None:
        """The dialect if it is a delimited text; cached, since every table format needs it."""
        return None if self.is_binary else sniff(self.head_text)

    @property
    def is_cut(self) -> bool:
        """Whether there are more bytes than the head."""
        return len(self.head) >= HEAD_BYTES


def _read(stream: IO[bytes], count: int) -> bytes:
    """Read up to `count` bytes in pieces, since a single read would allocate memory for all of them."""
    pieces = []
    while count > 0 and (piece := stream.read(min(PIECE_BYTES, count))):
        pieces.append(piece)
        count -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
