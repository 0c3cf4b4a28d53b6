"""Bounded decompression, so that a few kilobytes cannot fill the memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable
from io import BufferedIOBase, BytesIO
from typing import IO, cast

from engine.i18n import _
from engine.logs.errors import LogError

# Text logs are compressed to a tenth; even one repeated line stays below these.
FREE_BYTES = 256 << 20
LARGEST_RATIO = 400
LIMIT_BYTES = 8 << 30
_PIECE = 1 << 20

_SIGNATURES = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst"}


_SKIPPABLE = b"\x2a\x4d\x18"


def _zstandard(stream: IO[bytes]) -> BufferedIOBase:
    import zstandard

    # The format's own tool allows a window of 128 MiB by default.
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(stream, read_across_frames=True)
    return cast(BufferedIOBase, reader)


_OPENERS: dict[str, Callable[[IO[bytes]], BufferedIOBase]] = {
    "gz": lambda stream: cast(BufferedIOBase, gzip.GzipFile(fileobj=stream)),
    "bz2": lambda stream: bz2.BZ2File(stream),
    "xz": lambda stream: lzma.LZMAFile(stream),  # noqa: SIM115
    "zst": _zstandard,
}


def recognise(first: bytes) -> str | None:
    """The compression by a file's first bytes; None if there is none.

    Examples
    --------
    >>> recognise(b"BZh91AY"), recognise(b"step,loss")
    ('bz2', None)
    """
    if first[1:4] == _SKIPPABLE and first[0] >> 4 == 5:
        return "zst"  # parallel packers begin with such a frame
    return next((name for signature, name in _SIGNATURES.items() if first.startswith(signature)), None)


def expand_start(stream: IO[bytes], kind: str, count: int, name: str) -> bytes:
    """The first `count` decompressed bytes, or fewer if the data are cut."""
    return b"".join(_pieces(stream, kind, count, name))[:count]


def expand(stored: bytes, kind: str, name: str) -> bytes:
    """Decompress all of `stored`.

    Raises
    ------
    LogError
        If it expands beyond the bound, or is damaged from the start.
    """
    limit = min(LIMIT_BYTES, max(FREE_BYTES, LARGEST_RATIO * len(stored)))
    unpacked = b"".join(_pieces(BytesIO(stored), kind, limit + 1, name))
    if len(unpacked) > limit:
        raise LogError(
            _("{path}: not opened, because it expands to more than {limit} MB").format(
                path=name, limit=f"{limit >> 20}"
            )
        )
    return unpacked


def _pieces(stream: IO[bytes], kind: str, count: int, name: str) -> list[bytes]:
    pieces: list[bytes] = []
    got = 0
    try:
        with _OPENERS[kind](stream) as unpacking:
            while got < count and (piece := unpacking.read1(min(_PIECE, count - got))):
                pieces.append(piece)
                got += len(piece)
    except LogError:
        raise  # the stream itself failed
    except Exception as error:
        # The end of a file that is being written or was cut is missing; what precedes it is used.
        if not pieces or not _is_damage(error):
            reason = str(error) or type(error).__name__
            message = _("{path}: damaged {kind} data: {reason}")
            raise LogError(message.format(path=name, kind=kind, reason=reason)) from None
    return pieces


def _is_damage(error: Exception) -> bool:
    return isinstance(error, (EOFError, OSError, lzma.LZMAError, zlib.error)) or "zstd" in str(error)
