"""Errors of changes to the desktop, with the path concerned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.i18n import _


class DesktopError(Exception):
    """The desktop cannot be changed; the text is meant for the user."""


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Convert system errors to a `DesktopError` that names the path."""
    try:
        yield
    except OSError as error:
        place, reason = error.filename or path, error.strerror or str(error)
        raise DesktopError(_("{path} cannot be changed: {reason}").format(path=place, reason=reason)) from error
