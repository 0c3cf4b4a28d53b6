"""Installs the program on a desktop, and removes it without a trace."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from engine.desktop.entry import entry
from engine.desktop.errors import DesktopError, changing
from engine.desktop.file_types import mime_package
from engine.desktop.mark import is_marked, marked_xml
from engine.desktop.places import Places
from engine.i18n import _
from engine.resources import resource
from overshoot import program_folder


def own_command() -> list[str]:
    """The absolute command that starts the program: the installed one if that was called, else ``main.py``."""
    called = shutil.which(sys.argv[0]) if sys.argv and Path(sys.argv[0]).name == "overshoot" else None
    if called:
        return [os.path.abspath(called)]  # noqa: PTH100 - a link stays, since what it points to moves with an update
    return [sys.executable, str(program_folder() / "main.py")]


def install(places: Places) -> list[Path]:
    """Write icon, file types and desktop entry, replacing earlier ones.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DesktopError
        If a file cannot be written, or belongs to another program.
    """
    files = {
        places.icon: marked_xml(resource("icons", "overshoot.svg").read_text(encoding="utf-8")),
        places.file_types: marked_xml(mime_package()),
        places.entry: entry(own_command()),  # last, since it refers to the others
    }
    for path in files:
        with changing(path):
            if path.exists() and not is_marked(path):
                raise DesktopError(_("{path} belongs to another program").format(path=path))
    for path, text in files.items():
        with changing(path):
            _write(path, text)
    return list(files)


def remove(places: Places) -> list[Path]:
    """Delete what `install` wrote.

    Returns
    -------
    list of Path
        The files deleted.

    Raises
    ------
    DesktopError
        If a file cannot be deleted.
    """
    deleted = []
    for path in (places.entry, places.file_types, places.icon):
        with changing(path):
            if path.exists() and is_marked(path):
                path.unlink()
                deleted.append(path)
    return deleted


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
