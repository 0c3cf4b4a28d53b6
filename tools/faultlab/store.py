"""Runs on disk: shards of numbers, each written whole, so that a computation that was stopped goes on where it was."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

SHARD = 32  # numbers


def write_shard(folder: Path, shard: int, runs: list[dict[str, Any]]) -> None:
    """Write a shard's runs; the file appears when it is whole."""
    arrays = {f"{i}/{name}": values for i, run in enumerate(runs) for name, values in run["columns"].items()}
    about = [{key: value for key, value in run.items() if key != "columns"} for run in runs]
    held = io.BytesIO()
    np.savez_compressed(held, about=np.array(json.dumps(about)), **arrays)
    part = folder / f"{shard:05d}.part"
    part.write_bytes(held.getvalue())
    part.replace(folder / f"{shard:05d}.npz")


def read_runs(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield all runs, by number, as ``{"name", "label", "columns", ...}``."""
    for path in sorted(folder.glob("*.npz")):
        yield from read_shard(path)


def read_shard(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the runs of a shard."""
    with np.load(path) as held:
        about = json.loads(str(held["about"]))
        columns: dict[int, dict[str, Any]] = {}
        for name in held.files:
            if name != "about":
                i, column = name.split("/", 1)
                columns.setdefault(int(i), {})[column] = held[name]
    for i, run in enumerate(about):
        run["columns"] = columns[i]
        run["name"] = f"{run['number']:06d}-{run.get('manner', 0)}{'' if run['label']['fault'] else 's'}"
        yield run


def write_csv(run: dict[str, Any], path: Path) -> None:
    """Write a run as the file a person would have."""
    columns, sparse = run["columns"], set(run["label"]["sparse"])
    names = ["step", *(name for name in columns if name != "step")]
    rows = zip(*(columns[name].tolist() for name in names), strict=True)
    lines = [",".join(names)]
    for row in rows:
        lines.append(",".join(_cell(name, value, sparse) for name, value in zip(names, row, strict=True)))
    path.write_text("\n".join(lines) + "\n")


def _cell(name: str, value: float, sparse: set[str]) -> str:
    if name == "step":
        return str(int(value))
    return "" if name in sparse and value != value else repr(value)
