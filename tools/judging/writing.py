"""Write labelled curves as a folder that `tools.judging.corpora` reads."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.table import Floats

LABEL_COLUMNS = ("id", "column", "kind", "start_x", "end_x", "confidence", "note")


@dataclass(frozen=True)
class Named:
    """A label: kind, first and last x (None for ``healthy``), and ``sure``, ``likely`` or ``unsure``."""

    kind: str
    start: float | None
    end: float | None
    certainty: str


@dataclass(frozen=True)
class Curve:
    """A labelled curve; ``columns`` are of one length, the labels are of the last one.

    ``owner`` is what must stay on one side of a fold; in a column of ``gaps`` a NaN is a cell without a value.
    """

    name: str
    owner: str
    x: Floats
    columns: Mapping[str, Floats]
    labels: Sequence[Named]
    note: str = ""
    gaps: frozenset[str] = frozenset()

    @property
    def column(self) -> str:
        return list(self.columns)[-1]


def write_corpus(folder: Path, curves: Iterable[Curve]) -> int:
    """Write ``labels.csv``, ``series/ID__COLUMN.csv`` and ``manifest.csv``, and return the number of series.

    Raises
    ------
    FileExistsError
        If the folder holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder}: not an empty folder")
    (folder / "series").mkdir(parents=True, exist_ok=True)
    labels: list[Sequence[object]] = []
    owners: list[Sequence[object]] = []
    for curve in curves:
        name = f"{curve.name}__{re.sub(r'[^A-Za-z0-9]+', '_', curve.column)}.csv"
        rows = zip(curve.x.tolist(), *(_cells(curve, column) for column in curve.columns), strict=True)
        _write(folder / "series" / name, ("step", *curve.columns), rows)
        owners.append((curve.name, curve.owner, curve.column))
        labels += [
            (curve.name, curve.column, one.kind, _cell(one.start), _cell(one.end), one.certainty, curve.note)
            for one in curve.labels
        ]
    _write(folder / "labels.csv", LABEL_COLUMNS, labels)
    _write(folder / "manifest.csv", ("id", "owner/repo", "path"), owners)
    return len(owners)


def _cells(curve: Curve, column: str) -> list[object]:
    values = curve.columns[column].tolist()
    return ["" if value != value else value for value in values] if column in curve.gaps else values


def _cell(x: float | None) -> str:
    return "" if x is None else f"{x:g}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
