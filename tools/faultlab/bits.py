"""Whether a column tells as much as is said of it before it is there, and what optimizer and schedule tell."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.diagnosis.facts import Facts
from engine.diagnosis.ranking import weighed
from engine.diagnosis.telling_apart import gain_of
from engine.logs import open_log
from tools.faultlab import HELD_OUT
from tools.faultlab.also import right_of
from tools.faultlab.gather import event_of
from tools.faultlab.store import read_runs, write_csv

COLUMNS = {
    "lr": ("lr",),
    "grad_norm": ("grad_norm",),
    "validation": ("val_loss", "val_accuracy"),
    "accuracy": ("accuracy", "val_accuracy"),
}
SETTINGS = ("optimizer", "schedule")
LEAST = 1e-3  # share of what is right, so that one event does not decide


def bits(folder: Path, records: list[dict[str, Any]]) -> Iterator[tuple[str, int, float, float]]:
    """Yield for each addition: its key, events that have it, mean bits said without it, mean bits gained by it.

    The last one is what a person can tell of the settings, of which nothing is said before.

    Parameters
    ----------
    records : list of dict
        As gathered from the runs of the folder; those of families set aside are taken.
    """
    wanted = {r["name"]: r for r in records if r["place"] == 0 and r["family"] in HELD_OUT}
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for run in read_runs(folder):
        record = wanted.get(run["name"])
        for key, columns in COLUMNS.items() if record is not None else ():
            if columns[0] in run["columns"] and record["series"] not in columns:
                found[key].append(_of(run, record, key, columns))
        if record is not None:
            found["settings"].append(_told(run, record))
    for key, pairs in found.items():
        said, gained = np.mean(pairs, axis=0)
        yield key, len(pairs), float(said), float(gained)


def _of(run: dict[str, Any], record: dict[str, Any], key: str, columns: tuple[str, ...]) -> tuple[float, float]:
    bare = run | {"columns": {name: values for name, values in run["columns"].items() if name not in columns}}
    without, full = _facts(bare, record), _facts(run, record)
    before, after = weighed(without), weighed(full)
    return gain_of(key, before), _gained(record, before, after)


def _told(run: dict[str, Any], record: dict[str, Any]) -> tuple[float, float]:
    without, told = _facts(run, record), _facts(run, record)
    told.run.settings = {**told.run.settings, **{key: run["label"][key] for key in SETTINGS}}
    return 0.0, _gained(record, weighed(without), weighed(told))


def _gained(record: dict[str, Any], before: dict[str, float], after: dict[str, float]) -> float:
    right = [max(sum(shares.get(cause, 0.0) for cause in right_of(record)), LEAST) for shares in (before, after)]
    return float(np.log2(right[1] / right[0]))


def _facts(run: dict[str, Any], record: dict[str, Any]) -> Facts:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "log.csv"
        write_csv(run, path)
        opened = open_log(str(path))[0]
    names = {series.name for series in opened.series}
    others = [event_of(one) for one in record["listed"] if one["series"] in names]
    return Facts(event_of(record["event"]), opened, others)
