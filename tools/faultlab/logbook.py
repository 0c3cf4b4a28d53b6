"""The ways in which people log: which columns, how often, means of what, how many digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.faultlab.training import Record

LOSS_ONLY = 0.45  # of all logs
EPOCH = 0.4  # of all logs have a column of epochs
CHANCES = {"lr": 0.5, "grad_norm": 0.4, "accuracy": 0.5, "val": 0.4, "reward": 0.7, "kl": 0.3}
LEAST_ROWS = 12

Column = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Manner:
    """How a run is logged.

    Attributes
    ----------
    cadence : str
        ``step``, ``every`` (each k-th step), ``epoch`` (means of epochs), ``running`` (means of the last k steps) or
        ``mean`` (mean since the epoch began).
    stride : int
    digits : int or None
        Significant digits.
    columns : frozenset of str
    """

    cadence: str
    stride: int
    digits: int | None
    columns: frozenset[str]


@dataclass
class Log:
    """A log as a person would have it: columns with NaN as a number and None-like gaps as masked in `present`.

    Attributes
    ----------
    columns : dict of str to array
    present : dict of str to array of bool
        Where a column has a value.
    steps : array
        The step of each row.
    an_epoch : float
        Rows of an epoch.
    """

    columns: dict[str, Column]
    present: dict[str, Column]
    steps: Column
    an_epoch: float

    def row_of(self, step: float) -> int:
        return int(np.searchsorted(self.steps, step))

    def values(self, name: str) -> Column:
        return self.columns[name][self.present[name]]


def log_of(run: Mapping[str, Any]) -> Log:
    """The log of a run that was stored."""
    columns, label = run["columns"], run["label"]
    present = {
        name: ~np.isnan(values) if name in label["sparse"] else np.ones(len(values), bool)
        for name, values in columns.items()
    }
    return Log(columns, present, columns["step"] - 1, label["an_epoch"])


def draw_manner(cadences: tuple[str, ...], needs: tuple[str, ...], rng: np.random.Generator) -> Manner:
    """A manner out of those in which the fault can be seen."""
    columns = set(needs)
    if rng.random() > LOSS_ONLY:
        columns |= {name for name, chance in CHANCES.items() if rng.random() < chance}
    if rng.random() < EPOCH:
        columns.add("epoch")
    digits = [None, None, 6, 4, 4, 3][rng.integers(6)]
    stride = int(rng.choice((2, 3, 5, 10)))
    return Manner(str(rng.choice(cadences)), stride, digits, frozenset(columns))


def logged(record: Record, manner: Manner, main: str) -> Log:
    """The log of a training; `main` is the name of its loss."""
    count = len(record.columns["loss"])
    steps, weights = _rows(count, record.an_epoch, manner)
    columns = {name: _thinned(values, steps, weights) for name, values in record.columns.items()}
    for name in ("lr", "grad_norm"):
        columns[name] = record.columns[name][steps]
    wanted = {main if main != "loss" else "loss", "loss_G" if main == "loss_D" else main}
    wanted |= {name for name in columns if name in manner.columns}
    kept = {name: _rounded(columns[name], manner.digits) for name in columns if name in wanted}
    present = {name: np.ones(len(steps), bool) for name in kept}
    if "val" in manner.columns and main not in ("loss_D",):
        rows = np.unique(np.searchsorted(steps, record.validated).clip(0, len(steps) - 1), return_index=True)
        for name, values in record.validation.items():
            if name in ("loss", "accuracy") and (name == "loss" or "accuracy" in manner.columns):
                column, is_there = np.full(len(steps), np.nan), np.zeros(len(steps), bool)
                column[rows[0]], is_there[rows[0]] = _rounded(values[rows[1]], manner.digits), True
                kept[f"val_{name}"], present[f"val_{name}"] = column, is_there
    if "epoch" in manner.columns:
        kept["epoch"], present["epoch"] = (steps // record.an_epoch).astype(float), np.ones(len(steps), bool)
    kept["step"], present["step"] = steps + 1.0, np.ones(len(steps), bool)
    return Log(kept, present, steps, record.an_epoch * len(steps) / count)


def _rows(count: int, an_epoch: int, manner: Manner) -> tuple[Any, int | str]:
    every = np.arange(count)
    if manner.cadence == "epoch" and count // an_epoch >= LEAST_ROWS and an_epoch > 1:
        return every[an_epoch - 1 :: an_epoch], an_epoch
    if manner.cadence in ("every", "epoch", "running"):
        stride = max(1, min(manner.stride, count // 40))
        return every[stride - 1 :: stride], (stride if manner.cadence == "running" else 1)
    return every, f"since {an_epoch}" if manner.cadence == "mean" else 1


def _thinned(values: Column, steps: Any, weights: int | str) -> Column:
    if weights == 1:
        return values[steps]
    if isinstance(weights, str):
        length = int(weights.split()[1])
        begun = np.concatenate([[0.0], np.cumsum(values)])
        first = steps - steps % length
        return (begun[steps + 1] - begun[first]) / (steps + 1 - first)
    return np.array([values[step - weights + 1 : step + 1].mean() for step in steps])


def _rounded(values: Column, digits: int | None) -> Column:
    if digits is None:
        return values.astype(float)
    return np.array([float(f"{value:.{digits}g}") for value in values])
