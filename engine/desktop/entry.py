"""The text of the desktop entry, after the Desktop Entry Specification 1.5."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.desktop.file_types import mime_types
from engine.desktop.mark import MARK
from engine.i18n import N_, in_all_languages

APPLICATION = "Overshoot"  # Qt gives it to X11 as the class of the windows
DESKTOP_FILE = "overshoot"  # Qt gives it to Wayland as the application's id

GENERIC_NAME = N_("Training log viewer")
COMMENT = N_("Shows on a training curve what happened, when and why, and what to change.")
_PLAIN = re.compile(r"[\w@%+:,./-]+", re.ASCII)


def entry(command: Sequence[str]) -> str:
    """The desktop entry that starts `command`, the program first, with the files a person chose."""
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
    r"""An argument of ``Exec``: quoted for the command line, then escaped as every string of an entry is.

    GLib 2.74, and with it GNOME, starts no program with a percent sign in its own path, however it is written.

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
