"""Claims of the detectors on labelled series, and whether a label confirms them.

A folder holds ``labels.csv`` (id, column, kind, start_x, confidence), ``series/ID__COLUMN.csv`` and, where the logs are
other people's, ``manifest.csv``, which tells whose repository each is from.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from engine.detectors.watch import Watch
from engine.events import Event, EventKind
from engine.series import pair
from engine.table import Floats, MetricTable, Sparse

NEAR = 0.05  # of the x range
HELD_OUT = 6  # one owner in so many; it was one in three before half of those were opened to learn from


@dataclass(frozen=True)
class Claim:
    """An event and whether it held."""

    kind: EventKind
    confidence: float
    held: bool
    is_held_out: bool


def claims(folder: Path) -> list[Claim]:
    """All claims about which the labeller was sure, those of the held-out owners included."""
    return [claim for name, rows in labelled(folder) for claim in _claims(folder, name, rows)]


def labelled(folder: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The file name of each labelled series, with its labels."""
    labels = defaultdict(list)
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            labels[f"{row['id']}__{re.sub(r'[^A-Za-z0-9]+', '_', row['column'])}.csv"].append(row)
    yield from labels.items()


def _claims(folder: Path, name: str, labels: list[dict[str, str]]) -> Iterator[Claim]:
    table, events = _judged(folder / "series" / name)
    owner = owners(folder).get(labels[0]["id"])
    is_held_out = owner is not None and int(hashlib.sha256(owner.encode()).hexdigest(), 16) % HELD_OUT == 0
    for event in events:
        held = holds(event, table, labels)
        if held is not None:
            yield Claim(event.kind, event.confidence, held, is_held_out)


@cache
def _judged(path: Path) -> tuple[MetricTable, list[Event]]:
    """A series and what is listed of it; beside a validation loss only what concerns that counts."""
    table = load(path)
    watch = Watch(table, pair([column for column in table.columns if column != "step"]), "step")
    watch.finish()
    if "val_loss" not in table:
        return table, list(watch.listed)
    return table, [e for e in watch.listed if e.series == "val_loss" or e.kind is EventKind.OVERFITTING]


def owners(folder: Path) -> dict[str, str]:
    """Whose repository each log is from; nothing is known of the trainings in ``tests/data``, which are nobody's."""
    if not (folder / "manifest.csv").exists():
        return {}
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        return {row["id"]: row["owner/repo"].partition("/")[0] for row in csv.DictReader(file)}


def load(path: Path) -> MetricTable:
    """A labelled series as a table; empty cells are missing."""
    with path.open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    table = MetricTable()
    chunk: dict[str, Floats | Sparse] = {}
    for i, name in enumerate(header):
        at = [k for k, row in enumerate(rows) if row[i] != ""]
        chunk[name] = Sparse(np.array(at, np.int64), np.array([float(rows[k][i]) for k in at]))
    table.extend(chunk, rows=len(rows))
    return table


def found(folder: Path) -> list[bool]:
    """For each label that the labeller was sure of, whether an event of its kind starts near."""
    near = []
    for name, rows in labelled(folder):
        table, events = _judged(folder / "series" / name)
        steps = table.values("step")
        for row in rows:
            if row["kind"] != "healthy" and row["confidence"] != "unsure":
                starts = [steps[event.start] for event in events if event.kind == row["kind"]]
                span = float(np.ptp(steps)) or 1.0
                near.append(any(abs(float(row["start_x"]) - start) <= NEAR * span for start in starts))
    return near


def holds(event: Event, table: MetricTable, labels: list[dict[str, str]]) -> bool | None:
    """Whether a label confirms an event in kind and place; None where the labeller was unsure."""
    same = [row for row in labels if row["kind"] == event.kind]
    if any(row["confidence"] == "unsure" for row in [*same, *(r for r in labels if r["kind"] == "healthy")]):
        return None
    steps = table.values("step")
    span = float(np.ptp(steps)) or 1.0
    return any(abs(float(row["start_x"]) - steps[event.start]) <= NEAR * span for row in same)
