"""Reads bytes from an address, with a clear message for any error of any library."""

from __future__ import annotations

import io
from typing import IO, Any, cast

from engine.i18n import _
from engine.logs.errors import LogError

BUFFER_BYTES = 64 * 1024
NOT_THERE = (404, 410)  # HTTP status codes
# fsspec is installed with the program; the extra adds one of its other file systems.
IN_EXTRA = {"s3fs": "remote"}


def open_address(address: str) -> IO[bytes]:
    """Open an address of any scheme known to fsspec for sequential reading.

    Raises
    ------
    LogError
        If there is nothing, the server refuses, or the scheme needs a library that is not installed, which the text
        names. Reading from the stream raises it too.
    """
    scheme = address.partition("://")[0].rpartition("::")[2].lower()
    # Not every server supports ranges, but all support one sequential response.
    options: dict[str, Any] = {"block_size": 0} if scheme in ("http", "https") else {}
    try:
        import fsspec

        stream = fsspec.open(address, "rb", **options).open()
    except ImportError as error:
        raise LogError(_missing(address, scheme, str(error))) from error
    except Exception as error:  # every file system has its own exceptions
        raise _failed(address, scheme, error) from error
    return cast(IO[bytes], io.BufferedReader(_Fetched(stream, address, scheme), BUFFER_BYTES))


class _Fetched(io.RawIOBase):
    """A stream that converts the errors of a file system to `LogError`."""

    def __init__(self, stream: Any, address: str, scheme: str) -> None:
        self._stream = stream
        self._address = address
        self._scheme = scheme

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            piece = self._stream.read(len(buffer))
        except Exception as error:
            raise _failed(self._address, self._scheme, error) from error
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _missing(address: str, scheme: str, hint: str) -> str:
    """Text about what to install for a scheme."""
    try:
        from fsspec.registry import known_implementations
    except ImportError:
        return _needs(address, scheme, 'pip install "overshoot-desk[app]"')
    package = str(known_implementations.get(scheme, {}).get("class", "")).partition(".")[0]
    if package in IN_EXTRA:
        return _needs(address, scheme, f'pip install "overshoot-desk[{IN_EXTRA[package]}]"')
    if scheme in ("http", "https"):
        return _needs(address, scheme, 'pip install "fsspec[http]"')
    return _needs(address, scheme, hint or package)


def _needs(address: str, scheme: str, remedy: str) -> str:
    text = _("{path}: {scheme}:// needs a library that is not installed: {remedy}")
    return text.format(path=address, scheme=scheme, remedy=remedy)


def _failed(address: str, scheme: str, error: Exception) -> LogError:
    from fsspec import available_protocols

    if scheme not in available_protocols():
        return LogError(
            _("{path}: addresses beginning with {scheme}:// are not supported").format(path=address, scheme=scheme)
        )
    if isinstance(error, FileNotFoundError) and isinstance(error.__cause__, Exception):
        error = error.__cause__  # fsspec reports any HTTP error as a missing file
    status = getattr(error, "status", None)
    if isinstance(error, FileNotFoundError) or status in NOT_THERE:
        return LogError(_("{path}: no such file").format(path=address))
    reason = f"{status} {getattr(error, 'message', '')}" if status is not None else str(error)
    reason = getattr(error, "strerror", None) or reason or type(error).__name__
    return LogError(_("{path}: cannot be read: {reason}").format(path=address, reason=reason))
