"""Which CSV exports of TensorBoard belong to one run: those of training and of validation, each tag a file of its own.

The place says it, ``train/loss.csv`` beside ``validation/loss.csv``, or TensorBoard's name for the file does:
``run_train-tag-loss.csv`` beside ``run_validation-tag-loss.csv``, in which the slashes of a run are underscores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import PurePath

import numpy as np

from engine.logs.duplicates import Placed
from engine.logs.names import Likeness, likeness
from engine.logs.sheet import Sheet
from engine.logs.stores.event_folders import is_role, joined
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.table import Floats

_EXPORT = pattern(r"(?i)run[-_.](?P<run>.+?)-?[-_]tag[-_](?P<tag>.+)")
_RUN_OF_ROLE = pattern(r"(?P<run>.*?)[-_./]*(?P<role>[A-Za-z]+)")
_UNTOLD = "Value"  # the tag of an export whose file says only of which run it is


def joined_exports(files: Sequence[tuple[PurePath, Placed]], kind: str) -> list[Placed]:
    """The sheets, with the exports of one run's training and validation as one, in place of the first of them.

    Parameters
    ----------
    files : sequence of (PurePath, Placed)
        Each sheet with its file, relative to the folder that was opened.
    kind : str
        The name of the exports' format; others stay as they are, and so does an export without a counterpart.
    """
    told = _told({file for file, placed in files if placed.format == kind})
    by_folder: dict[PurePath, list[TaggedNumber]] = defaultdict(list)
    for file, placed in files:
        if file in told and is_role(told[file][0].name):
            folder, tag = told[file]
            by_folder[folder] += _numbers(placed.sheet, tag)
    runs = joined(by_folder)
    found: list[Placed] = []
    done: set[PurePath] = set()
    for file, placed in files:
        place = told[file][0] if file in told else file
        home = next((p for p in place.parents if p in runs), None) if place in by_folder else None
        if home is None or place in runs:
            found.append(placed)
        elif home not in done:
            done.add(home)
            found.append(Placed(_sheet(runs[home], home), placed.folder, placed.format))
    return found


def _told(files: Collection[PurePath]) -> dict[PurePath, tuple[PurePath, str]]:
    """The folder that TensorBoard would have for the run of each export, and its tag; empty if the file says none."""
    told = {file: _by_name(file) for file in files}
    names_losses = {folder for folder, tag in told.values() if likeness(tag) >= Likeness.MEASURE}
    # Files in a folder of validation that are named after no measure are named after their runs.
    return {
        file: (folder.parent / tag / folder.name, _UNTOLD)
        if is_role(folder.name) and folder not in names_losses and tag != _UNTOLD
        else (folder, tag)
        for file, (folder, tag) in told.items()
    }


def _by_name(file: PurePath) -> tuple[PurePath, str]:
    """The folder and the tag of one export.

    Examples
    --------
    >>> [(str(f), t) for f, t in map(_by_name, map(PurePath, ("a/train/loss.csv", "run_a_val-tag-loss.csv")))]
    [('a/train', 'loss'), ('a/val', 'loss')]
    """
    export = _EXPORT.fullmatch(file.stem)
    run, tag = (export["run"], export["tag"]) if export else ("", file.stem)
    if not export and is_role(file.stem):
        run, tag = file.stem, _UNTOLD
    parts = None if is_role(file.parent.name) else _RUN_OF_ROLE.fullmatch(run)
    if parts and is_role(parts["role"]):
        return file.parent / parts["run"] / parts["role"], tag
    return file.parent if is_role(file.parent.name) else file.parent / run, tag


def _numbers(sheet: Sheet, tag: str) -> list[TaggedNumber]:
    columns = {name.lower(): _dense(sheet, name) for name in sheet.columns}
    nothing = np.full(sheet.rows, np.nan)
    time, step, value = (columns.get(name, nothing) for name in ("wall time", "step", "value"))
    rows = zip(time.tolist(), step.tolist(), value.tolist(), strict=True)
    cells = sheet.cells(next(n for n in sheet.columns if n.lower() == "value")).rows if "value" in columns else ()
    filled = set(map(int, cells))
    name = clean_name(tag)
    return [TaggedNumber(t, s, name, v) for i, (t, s, v) in enumerate(rows) if i in filled and s == s]


def _dense(sheet: Sheet, name: str) -> Floats:
    values = np.full(sheet.rows, np.nan)
    cells = sheet.cells(name)
    values[cells.rows] = cells.values
    return values


def _sheet(numbers: list[TaggedNumber], home: PurePath) -> Sheet:
    sheet = sheet_of_tags(numbers)
    names = [n for n in sheet.columns if n not in ("step", "time")]
    losses = [n for n in names if likeness(n) >= Likeness.MEASURE or _UNTOLD in n.split("/")]
    sheet.losses = tuple(losses or names)
    sheet.title = clean_name(home.as_posix()) if home.name else None
    return sheet
