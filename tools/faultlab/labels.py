"""The runs of the lab as labelled series, for fitting and measuring judges of events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from tools.faultlab import HELD_OUT
from tools.faultlab.naming import named
from tools.faultlab.rules import ON_VALIDATION
from tools.faultlab.store import read_runs
from tools.judging.writing import Curve, Named, write_corpus

HEALTHY_FACES = ("sound", "drop", "done")


def export(runs: Path, folder: Path, held: bool = False, every: int = 1) -> int:
    """Write the runs of the families to fit on, or of those that were set aside; return the number of series.

    Raises
    ------
    FileExistsError
        If the folder holds anything.
    """
    found = (run for run in read_runs(runs) if (run["label"]["family"] in HELD_OUT) == held)
    return write_corpus(folder, _curves(islice(found, 0, None, every)))


def _curves(runs: Iterator[dict[str, Any]]) -> Iterator[Curve]:
    for run in runs:
        label, columns = run["label"], run["columns"]
        column = "val_loss" if label["face"] in ON_VALIDATION else label["main"]
        values, there = columns[column], np.flatnonzero(_present(run, column))
        onset = int(np.searchsorted(there, label["onset"]))
        names = named(label | {"onset": onset}, values[there])
        steps = columns["step"][there]
        labels = [Named(one.kind, steps[one.start], steps[one.end], one.certainty) for one in names]
        if label["face"] in HEALTHY_FACES:
            labels.insert(0, Named("healthy", None, None, "sure"))
        shown = {name: columns[name] for name in (label["main"], column)}
        owner = f"lab-{run['number']:06}/{label['family']}"
        note = f"{label['family']}: {label['fault'] or 'sound'}"
        gaps = frozenset(name for name in shown if name in label["sparse"])
        yield Curve(run["name"], owner, columns["step"], shown, labels, note, gaps)


def _present(run: dict[str, Any], column: str) -> Any:
    values = run["columns"][column]
    return ~np.isnan(values) if column in run["label"]["sparse"] else np.ones(len(values), bool)
