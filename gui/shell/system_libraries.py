"""Advice for missing system libraries of Qt: the packages to install instead of a traceback."""

from __future__ import annotations

import ctypes
import os
import re
import sys

from engine.i18n import N_, _
from overshoot import program_name

# Library -> its package in Debian and Ubuntu, in Fedora.
_PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
}
# Qt's xcb plug-in loads these only when a window opens, and aborts the process if one is missing.
_FOR_X11 = {
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
_ADVICE = N_(
    "Qt needs system libraries that are missing: {libraries}.\n"
    "Debian or Ubuntu:  sudo apt install {debian}\n"
    "Fedora:  sudo dnf install {fedora}"
)

_NO_SCREEN = N_(
    "There is no screen to open the window on: neither DISPLAY nor WAYLAND_DISPLAY is set.\n"
    "Without a window:  {program} diagnose FILE, {program} --help"
)


def advice_for(error: ImportError) -> str | None:
    """What to install if an import of Qt failed because a system library is missing; None for other errors."""
    match = re.search(r"(lib[\w.+-]+\.so[\d.]*)", str(error))
    if match is None or "cannot open shared object" not in str(error):
        return None
    return _advice([match.group(1)])


def advice_for_x11() -> str | None:
    """What is missing for a window under X11, a display or libraries; None when nothing is."""
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        return _(_NO_SCREEN).format(program=program_name())
    missing = [name for name in _FOR_X11 if not _can_load(name)] if sys.platform == "linux" else []
    return _advice(missing) if missing else None


def _advice(libraries: list[str]) -> str:
    known = {**_PACKAGES, **_FOR_X11}
    packages = [known.get(name, (name, name)) for name in libraries]
    return _(_ADVICE).format(
        libraries=", ".join(libraries),
        debian=" ".join(debian for debian, _fedora in packages),
        fedora=" ".join(fedora for _debian, fedora in packages),
    )


def _can_load(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
