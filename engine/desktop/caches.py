"""Refreshes the caches that a desktop's own tools derive from its files, if the tools are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.desktop.errors import changing
from engine.desktop.places import Places
from engine.i18n import _

SECONDS = 60.0


@dataclass(frozen=True)
class Cache:
    """Files that a tool derives from the files of a folder that match a pattern."""

    tool: str
    folder: Path
    sources: str
    derived: tuple[str, ...]


def refresh(places: Places) -> list[str]:
    """Refresh the desktop's caches; one without sources left is deleted.

    Returns
    -------
    list of str
        Error messages of the tools; empty if all succeeded. Desktops work without a tool that is not installed.

    Raises
    ------
    DesktopError
        If a folder or a cache cannot be changed.
    """
    if places.theme.is_dir():
        with changing(places.theme):
            os.utime(places.theme)  # an icon cache older than its folder is not used
    complaints = [_run(cache) for cache in _caches(places) if cache.folder.is_dir()]
    for cache in _caches(places):
        if not any(cache.folder.rglob(cache.sources)):
            _delete(cache)
    return [text for text in complaints if text]


def _caches(places: Places) -> tuple[Cache, Cache]:
    types = "XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version"
    return (
        Cache("update-mime-database", places.mime, "packages/*.xml", tuple(types.split())),
        Cache("update-desktop-database", places.applications, "*.desktop", ("mimeinfo.cache",)),
    )


def _delete(cache: Cache) -> None:
    for name in cache.derived:
        with changing(cache.folder / name):
            (cache.folder / name).unlink(missing_ok=True)


def _run(cache: Cache) -> str:
    path = shutil.which(cache.tool)
    if path is None:
        return ""
    call = [path, str(cache.folder)]
    try:
        done = subprocess.run(call, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return _("{tool} failed: {reason}").format(tool=cache.tool, reason=error)
    reason = done.stderr.strip() or done.returncode
    return _("{tool} failed: {reason}").format(tool=cache.tool, reason=reason) if done.returncode else ""
