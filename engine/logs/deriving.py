"""Derives losses from logged ones: per step, per epoch, or from a perplexity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from engine import derived
from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.names import clocks
from engine.logs.options import Derive, ReadOptions
from engine.logs.sheet import Sheet
from engine.table import Floats, Series, Sparse

IN_EPOCH = " in epoch"
SUFFIXES = {
    Derive.STEPS: "per step",
    Derive.EPOCHS: "epoch mean",
    Derive.PERPLEXITY: "as perplexity",
    Derive.LOSS: "as loss",
}


def derive(sheet: Sheet, losses: tuple[str, ...], options: ReadOptions) -> tuple[Sheet, tuple[str, ...], ReadOptions]:
    """Derive columns from losses.

    Returns the sheet with them, their names in place of the losses', and the options with the pairs renamed.

    Raises
    ------
    LogError
        If epochs are needed and there are none.
    """
    if options.derive is Derive.NOTHING:
        return sheet, losses, options
    work = _WORK[options.derive]
    names = {loss: _free_name(sheet, f"{loss} {SUFFIXES[options.derive]}") for loss in losses}
    columns = dict(sheet.columns)
    for loss, name in names.items():
        found = work(sheet, sheet.cells(loss))
        columns[name] = found.values if len(found) == sheet.rows else Sparse(found.rows, found.values)
    pairs = tuple((names.get(a, a), names.get(b, b)) for a, b in options.pairs)
    return replace(sheet, columns=columns), tuple(names.values()), replace(options, pairs=pairs)


def _free_name(sheet: Sheet, name: str) -> str:
    return name if name not in sheet.columns else f"{name} (2)"


def _steps(sheet: Sheet, cells: Sparse) -> Series:
    counts = counts_in_epoch(sheet, cells.rows)
    return Series(cells.rows, derived.step_losses(cells.values, counts))


def counts_in_epoch(sheet: Sheet, rows: np.ndarray) -> Floats:
    """Number of steps done in its epoch at each row, shape (n,).

    Taken from a step that restarts with every epoch, else from the step since the end of the previous epoch, else each
    row is one step.
    """
    within = next((n for n in sheet.columns if IN_EPOCH in n), None)
    if within is not None:
        values = _at(sheet.cells(within), rows)
        return values + (1 if values.min(initial=1) == 0 else 0)
    epoch = np.floor(_at(_epochs(sheet), rows))
    is_first = np.concatenate([[True], np.diff(epoch) != 0])
    steps = clocks(list(sheet.columns), "step")
    step = _at(sheet.cells(steps[0]), rows) if steps else np.arange(len(rows), dtype=np.float64)
    width = float(np.median(np.diff(step))) if len(step) > 1 else 1.0
    base = np.concatenate([[step[0] - width], step[:-1]])[is_first]
    return step - base[np.cumsum(is_first) - 1]


def _at(cells: Sparse, rows: np.ndarray) -> Floats:
    """The values at these rows or, if missing, at the last rows before them."""
    at = np.searchsorted(cells.rows, rows, "right") - 1
    return cells.values[np.maximum(at, 0)]


def _epochs(sheet: Sheet) -> Sparse:
    names = clocks(list(sheet.columns), "epoch")
    if not names or not sheet.count(names[0]):
        raise LogError(_("this needs an epoch column, and there is none"))
    return sheet.cells(names[0])


def _epoch_means(sheet: Sheet, cells: Sparse) -> Series:
    epochs = _epochs(sheet)
    return derived.epoch_means(Series(cells.rows, cells.values), Series(epochs.rows, epochs.values))


def _perplexity(_sheet: Sheet, cells: Sparse) -> Series:
    return derived.perplexity(Series(cells.rows, cells.values))


def _loss(_sheet: Sheet, cells: Sparse) -> Series:
    return derived.loss_of_perplexity(Series(cells.rows, cells.values))


_WORK: dict[Derive, Callable[[Sheet, Sparse], Series]] = {
    Derive.STEPS: _steps,
    Derive.EPOCHS: _epoch_means,
    Derive.PERPLEXITY: _perplexity,
    Derive.LOSS: _loss,
}
