"""Reads bytes from an address, with a clear message for any error of any library.

A server may answer late, never, or without end. So every call to a library is made in a thread that can be left behind:
who reads looks after it ten times a second, and goes on without it when it is no longer wanted or has stalled.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

from engine.i18n import _
from engine.logs.errors import Cancelled, LogError

T = TypeVar("T")
IsWanted = Callable[[], bool]

BUFFER_BYTES = 1 << 20
LARGEST_BYTES = 2 << 30
POLL_SECONDS = 0.1
STALL_SECONDS = 60.0  # without a single byte; file systems that sleep wake up sooner
NOT_THERE = (404, 410)  # HTTP status codes
# fsspec is installed with the program; the extra adds one of its other file systems.
IN_EXTRA = {"s3fs": "remote"}


def open_address(address: str, is_wanted: IsWanted = lambda: True) -> IO[bytes]:
    """Open an address of any scheme known to fsspec for sequential reading.

    `is_wanted` is asked again and again, from the thread that reads.

    Raises
    ------
    LogError
        If there is nothing, the server refuses, or the scheme needs a library that is not installed, which the text
        names, or it sends nothing for a minute or too much. Reading from the stream raises it too.
    Cancelled
        If it is no longer wanted; reading from the stream raises it too.
    """
    scheme = address.partition("://")[0].rpartition("::")[2].lower()
    # Not every server supports ranges, but all support one sequential response.
    options: dict[str, Any] = {"block_size": 0} if scheme in ("http", "https") else {}
    try:
        import fsspec

        stream = _patiently(lambda: fsspec.open(address, "rb", **options).open(), address, is_wanted)
    except (LogError, Cancelled):
        raise
    except ImportError as error:
        raise LogError(_missing(address, scheme, str(error))) from error
    except Exception as error:  # every file system has its own exceptions
        raise _failed(address, scheme, error) from error
    return cast(IO[bytes], io.BufferedReader(_Fetched(stream, address, scheme, is_wanted), BUFFER_BYTES))


class _Fetched(io.RawIOBase):
    """A stream that converts the errors of a file system to `LogError`, and is bounded in bytes and patience."""

    def __init__(self, stream: Any, address: str, scheme: str, is_wanted: IsWanted) -> None:
        self._stream = stream
        self._address = address
        self._scheme = scheme
        self._is_wanted = is_wanted
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._is_wanted():
            raise Cancelled
        try:
            piece = _patiently(lambda: self._stream.read(len(buffer)), self._address, self._is_wanted)
        except (LogError, Cancelled):
            raise
        except Exception as error:
            raise _failed(self._address, self._scheme, error) from error
        self._bytes += len(piece)
        if self._bytes > LARGEST_BYTES:
            text = _("{path}: not opened, because it is larger than {limit} MB")
            raise LogError(text.format(path=self._address, limit=LARGEST_BYTES >> 20))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def _patiently(work: Callable[[], T], address: str, is_wanted: IsWanted) -> T:
    """The result of a call that may take for ever, or never end."""
    results: list[T] = []
    errors: list[Exception] = []
    is_over = threading.Event()

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            errors.append(error)
        is_over.set()

    threading.Thread(target=run, name="remote", daemon=True).start()
    waited = 0.0
    while not is_over.wait(POLL_SECONDS):
        waited += POLL_SECONDS
        if not is_wanted():
            raise Cancelled
        if waited >= STALL_SECONDS:
            reason = _("the server has sent nothing for {count} seconds").format(count=round(STALL_SECONDS))
            raise LogError(_("{path}: cannot be read: {reason}").format(path=address, reason=reason))
    if errors:
        raise errors[0]
    return results[0]


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
