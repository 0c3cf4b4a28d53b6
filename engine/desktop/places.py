"""Where a desktop looks for what a person installed, after the XDG Base Directory Specification."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.desktop.entry import DESKTOP_FILE
from engine.desktop.errors import changing


@dataclass(frozen=True)
class Places:
    """A person's folder of data, and in it the three files of the program."""

    data: Path

    @classmethod
    def of_person(cls) -> Places:
        """Those under ``XDG_DATA_HOME``; a relative path counts as none, as the specification asks."""
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
        """Delete those of the folders that hold nothing, from the deepest up; the folder of data stays.

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
