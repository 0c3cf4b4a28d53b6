"""The text of the desktop entry, after the Desktop Entry Specification 1.5."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.desktop.file_types import mime_types
from engine.desktop.mark import MARK
from engine.i18n import N_, in_all_languages
from engine.patterns import pattern

APPLICATION = "Overshoot"  # Qt sets it as the window class on X11
DESKTOP_FILE = "overshoot"  # Qt sets it as the application id on Wayland

GENERIC_NAME = N_("Training log viewer")
COMMENT = N_("Shows on a training curve what happened, when and why, and what to change.")
_PLAIN = pattern(r"[\w@%+:,./-]+", re.ASCII)


def entry(command: Sequence[str]) -> str:
    """The desktop entry that starts `command`, beginning with the program, with the chosen files."""
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={APPLICATION}",
        *_in_all_languages("GenericName", GENERIC_NAME),
        *_in_all_languages("Comment", COMMENT),
        f"Exec={' '.join(map(quoted, command))} %F",
        f"TryExec={_escaped(command[0])}",
        f"Icon={DESKTOP_FILE}",
        "Terminal=false",
        "StartupNotify=true",
        f"StartupWMClass={APPLICATION}",
        "Categories=Science;DataVisualization;",
        f"MimeType={''.join(f'{mime};' for mime in mime_types())}",
        f"{MARK}=true",
    ]
    return "\n".join(lines) + "\n"


def quoted(argument: str) -> str:
    r"""Quote an argument of ``Exec`` for the command line, then escape it like every string of an entry.

    GLib 2.74, and so GNOME, cannot start a program with a percent sign in its own path.

    Examples
    --------
    >>> print(quoted("/usr/bin/overshoot"), quoted("/my programs/100%/$x"))
    /usr/bin/overshoot "/my programs/100%%/\\$x"
    """
    argument = argument.replace("%", "%%")
    if _PLAIN.fullmatch(argument):
        return argument
    return _escaped('"' + re.sub(r'(["`$\\])', r"\\\1", argument) + '"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _in_all_languages(key: str, message: str) -> list[str]:
    translated = [f"{key}[{code}]={_escaped(text)}" for code, text in in_all_languages(message).items()]
    return [f"{key}={_escaped(message)}", *translated]
