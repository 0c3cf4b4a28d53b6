"""Labelled loss series: ``labels.csv``, ``series/ID__COLUMN.csv`` and, for other people's logs, ``manifest.csv``."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Label:
    """What a labeller said of a series: a kind (or ``healthy``), where it starts in units of x, and how sure."""

    kind: str
    start: float | None
    certainty: str


@dataclass(frozen=True)
class Labelled:
    """One labelled series.

    Attributes
    ----------
    path : Path
    owner : str
        Whose log it is; the file of its training where it is nobody's. Folds never part an owner.
    labels : tuple of Label
    span : float
        The range of x, 1 where that is zero.
    is_paired : bool
        The file holds a training series too; then only its validation series is labelled, and overfitting.
    weight : float
        What its proposals weigh in a fit, those of a log at 1.
    serves : tuple of str
        The judges that a demo is fitted for; nothing else is chosen by it. Empty for logs, which serve all.
    """

    path: Path
    owner: str
    labels: tuple[Label, ...]
    span: float
    is_paired: bool
    weight: float = 1.0
    serves: tuple[str, ...] = ()

    @property
    def is_surely_healthy(self) -> bool:
        return all(label.kind == "healthy" and label.certainty == "sure" for label in self.labels)


def corpora(folders: Sequence[Path]) -> list[Labelled]:
    """All labelled series of some folders, in the order of their names."""
    return [series for folder in folders for series in _of(folder)]


def _of(folder: Path) -> Iterator[Labelled]:
    rows = defaultdict(list)
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["id"], f"{row['id']}__{re.sub(r'[^A-Za-z0-9]+', '_', row['column'])}.csv"].append(row)
    owners = _owners(folder)
    for (number, name), labels in sorted(rows.items()):
        path = folder / "series" / name
        header, span = _outline(path)
        found = tuple(Label(row["kind"], _number(row["start_x"]), row["confidence"]) for row in labels)
        yield Labelled(path, owners.get(number, f"{folder.name}/{number}"), found, span, "val_loss" in header)


def _owners(folder: Path) -> dict[str, str]:
    if not (folder / "manifest.csv").exists():
        return {}
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["owner/repo"].partition("/")[0].lower() for row in csv.DictReader(file)}


def _outline(path: Path) -> tuple[list[str], float]:
    with path.open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    xs = [x for row in rows if (x := _number(row[0])) is not None]
    return header, (max(xs) - min(xs) if xs else 0.0) or 1.0


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
