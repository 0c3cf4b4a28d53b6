"""The options ``--install-desktop`` and ``--remove-desktop``."""

from __future__ import annotations

import sys

from engine.commands.base import Exit
from engine.desktop.caches import refresh
from engine.desktop.errors import DesktopError
from engine.desktop.installing import install, remove
from engine.desktop.places import Places
from engine.i18n import _


def change_desktop(change: str) -> int:
    """Run ``install`` or ``remove`` for the current user, and return the exit code."""
    if sys.platform in ("win32", "darwin"):
        print(_("Only Linux desktops have application entries; nothing was changed."), file=sys.stderr)
        return Exit.FAILED
    try:
        (_install if change == "install" else _remove)(Places.of_person())
    except DesktopError as error:
        print(error, file=sys.stderr)
        return Exit.FAILED
    return Exit.CLEAN


def _install(places: Places) -> None:
    for path in install(places):
        print(_("written: {path}").format(path=path))
    _refresh(places)


def _remove(places: Places) -> None:
    deleted = remove(places)
    for path in deleted:
        print(_("deleted: {path}").format(path=path))
    if deleted:
        _refresh(places)
        places.remove_empty_folders()
    else:
        print(_("There is nothing to delete in {path}.").format(path=places.data))


def _refresh(places: Places) -> None:
    for complaint in refresh(places):
        print(complaint, file=sys.stderr)
