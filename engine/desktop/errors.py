"""What stands in the way of a change to the desktop, said with its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.i18n import _


class DesktopError(Exception):
    """The desktop cannot be changed; the text is meant for the person."""


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Turn an error of the system into a `DesktopError` that names what was to be changed."""
    try:
        yield
    except OSError as error:
        place, reason = error.filename or path, error.strerror or str(error)
        raise DesktopError(_("{path} cannot be changed: {reason}").format(path=place, reason=reason)) from error
