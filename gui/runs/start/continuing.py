"""What a person may go on with: the runs and files opened or trained last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.library import Entry
from gui.runs.start.thumbnails import Thumbnail, Thumbnails

MOST = 6


@dataclass(frozen=True)
class Recent:
    """A log, or a training in the library (`path` is None), with its picture if there is one."""

    name: str
    path: Path | None = None
    run_id: str = ""
    thumbnail: Thumbnail | None = None


def recent_ones(files: Sequence[Path], entries: Iterable[Entry], thumbnails: Thumbnails) -> list[Recent]:
    """The latest logs and trainings, the latest first.

    Parameters
    ----------
    files : sequence of Path
        Recently opened files, the latest first.
    entries : iterable of Entry
        The library's runs; logs among them are in `files`.
    """
    found: list[tuple[float, Recent]] = []
    for place, path in enumerate(files):
        told = thumbnails.of(str(path.absolute()))
        # A file without a picture is as old as the one before it in the list.
        opened = told.opened if told is not None else min((at for at, _one in found), default=float("inf")) - place
        found.append((opened, Recent(path.name, path, thumbnail=told)))
    for entry in entries:
        if entry.path is None and entry.rows:
            told = thumbnails.of(entry.id)
            found.append((max(entry.updated, told.opened if told else 0.0), Recent(entry.name, None, entry.id, told)))
    return [one for _at, one in sorted(found, key=lambda pair: -pair[0])[:MOST]]
