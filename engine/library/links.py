"""Links from the library to logs: path and read options; the numbers stay in the log."""

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
    """A link to a run in a log.

    Attributes
    ----------
    name : str
        Name of the run in the log, which may have several.
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
            If the file is missing, cannot be read, or no longer has the run.
        """
        from engine.logs.reading import open_log

        found = next((run for run in open_log(self.path, self.options) if run.name == self.name), None)
        if found is None:
            raise LogError(_("{path}: no longer contains run {name}").format(path=self.path, name=self.name))
        return found


def link_of(text: str) -> Link:
    """Parse `Link.to_text`; raises ValueError, KeyError or TypeError for a damaged text."""
    plain = json.loads(text)
    return Link(Path(plain["path"]), str(plain["name"]), ReadOptions.from_plain(plain["options"]))


def path_of(text: str | None) -> Path | None:
    """The path of a link; None if the text is damaged."""
    try:
        return link_of(text).path if text else None
    except (ValueError, KeyError, TypeError):
        return None


def log_id(path: Path, name: str) -> str:
    """The id of a run in a log, the same whenever the log is opened, so that notes and tags are found.

    Examples
    --------
    >>> log_id(Path("/a/log.csv"), "log.csv") == log_id(Path("/a/log.csv"), "log.csv")
    True
    """
    return "log-" + hashlib.sha256(f"{path.absolute()}\0{name}".encode("utf-8", "surrogateescape")).hexdigest()[:24]
