"""Logs in the library: where the file is and how it was read; its numbers stay in the file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.run import Run


@dataclass(frozen=True)
class Link:
    """A run in a log.

    Attributes
    ----------
    name : str
        What reading the log calls the run; a log may hold several.
    """

    path: Path
    name: str
    options: ReadOptions

    def to_text(self) -> str:
        return json.dumps({"path": str(self.path), "name": self.name, "options": self.options.to_plain()})

    def run(self) -> Run:
        """Read the log again.

        Raises
        ------
        LogError
            If the file is gone or cannot be read, or holds no such run any more.
        """
        from engine.logs.reading import open_log

        found = next((run for run in open_log(self.path, self.options) if run.name == self.name), None)
        if found is None:
            raise LogError(_("{path}: no longer contains run {name}").format(path=self.path, name=self.name))
        return found


def link_of(text: str) -> Link:
    """From `Link.to_text`; a damaged one raises ValueError, KeyError or TypeError."""
    said = json.loads(text)
    return Link(Path(said["path"]), str(said["name"]), ReadOptions.from_plain(said["options"]))


def path_of(text: str | None) -> Path | None:
    """The log alone; None also where the text is damaged."""
    try:
        return link_of(text).path if text else None
    except (ValueError, KeyError, TypeError):
        return None


def log_id(path: Path, name: str) -> str:
    """The id of a run in a log: the same whenever that log is opened again, so that notes and tags find it.

    Examples
    --------
    >>> log_id(Path("/a/log.csv"), "log.csv") == log_id(Path("/a/log.csv"), "log.csv")
    True
    """
    return "log-" + hashlib.sha256(f"{path.absolute()}\0{name}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
