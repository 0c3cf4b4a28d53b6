"""Zip archives with bounded unpacking: workbooks, NumPy's archives and sessions of trackers are such."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.source import Source

SIGNATURE = b"PK\x03\x04"
FREE_BYTES = 256 << 20
LARGEST_RATIO = 400


def members(source: Source) -> list[str]:
    """The names of the files in an archive; empty if it is none."""
    if source.is_folder or not source.head.startswith(SIGNATURE):
        return []
    try:
        with opened(source) as archive:
            return archive.namelist()
    except LogError:
        return []


@contextmanager
def opened(source: Source) -> Iterator[zipfile.ZipFile]:
    """An archive whose files do not expand without bound.

    Raises
    ------
    LogError
        If it is damaged or would expand to too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            limit = max(FREE_BYTES, LARGEST_RATIO * len(source.data))
            if sum(info.file_size for info in archive.infolist()) > limit:
                message = _("{path}: not opened, because it expands to more than {limit} MB")
                raise LogError(message.format(path=source.given, limit=f"{limit >> 20}"))
            yield archive
    except LogError:
        raise
    except Exception as error:  # damage makes the reader fail in many ways
        reason = str(error) or type(error).__name__
        message = _("{path}: damaged {kind} data: {reason}")
        raise LogError(message.format(path=source.given, kind="zip", reason=reason)) from None


def content(archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of one file; no more than its entry says."""
    info = archive.getinfo(name)
    with archive.open(info) as stream:
        return stream.read(info.file_size)
