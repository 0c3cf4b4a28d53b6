"""Paths of the files of a user's desktop, by the XDG Base Directory Specification."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.desktop.entry import DESKTOP_FILE
from engine.desktop.errors import changing


@dataclass(frozen=True)
class Places:
    """A user's data folder, with the three files of the program in it."""

    data: Path

    @classmethod
    def of_person(cls) -> Places:
        """The places under ``XDG_DATA_HOME``; a relative path is ignored, as the specification requires."""
        wanted = Path(os.environ.get("XDG_DATA_HOME", ""))
        return cls(wanted if wanted.is_absolute() else Path.home() / ".local" / "share")

    @property
    def applications(self) -> Path:
        return self.data / "applications"

    @property
    def mime(self) -> Path:
        return self.data / "mime"

    @property
    def theme(self) -> Path:
        return self.data / "icons" / "hicolor"

    @property
    def entry(self) -> Path:
        return self.applications / f"{DESKTOP_FILE}.desktop"

    @property
    def icon(self) -> Path:
        return self.theme / "scalable" / "apps" / f"{DESKTOP_FILE}.svg"

    @property
    def file_types(self) -> Path:
        return self.mime / "packages" / f"{DESKTOP_FILE}.xml"

    def remove_empty_folders(self) -> None:
        """Delete empty folders from the deepest up, except for the data folder.

        Raises
        ------
        DesktopError
            If one cannot be deleted.
        """
        tops = (self.applications, self.mime, self.theme.parent)
        for path in (self.entry, self.icon, self.file_types, *(kind / "type" for kind in self.mime.glob("*/"))):
            for folder in path.parents:
                if not any(folder.is_relative_to(top) for top in tops) or not _is_empty(folder):
                    break
                with changing(folder):
                    folder.rmdir()


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())
