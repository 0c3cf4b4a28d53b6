"""Chooses the loss columns of a sheet: requested, known to the format, named as a loss, or the only one left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.i18n import _
from engine.logs.errors import LogError, NoLossError
from engine.logs.names import clocks, is_no_loss, loss_columns
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.run_warnings import RunWarning, WarningKind
from engine.table import Floats

FEW_POINTS = 5
LEAST_POINTS = 2
LEAST_GUESSED = 3
MOST_COLUMNS_NAMED = 20


def choose_losses(sheet: Sheet, options: ReadOptions) -> tuple[tuple[str, ...], list[RunWarning]]:
    """The loss columns, and a warning if they are a guess; none if the options ask for none.

    Raises
    ------
    LogError
        If a requested column is missing.
    NoLossError
        If no column is recognised as a loss and more than one remains.
    """
    if options.columns is not None:
        _require(sheet, options.columns)
        return options.columns, []
    if sheet.losses is not None:
        named = tuple(name for name in sheet.losses if name in sheet.columns)
    else:
        named = loss_columns(list(sheet.columns)) if sheet.are_names_given else ()
    if found := _long_enough(sheet, named):
        return found, []
    guessed = _long_enough(sheet, _unnamed(sheet)) if sheet.losses is None else ()
    if guessed:
        unsure = tuple(name for name in guessed if name not in sheet.chosen_names)
        return guessed, [RunWarning(WarningKind.GUESSED_COLUMN, len(unsure), names=unsure)] if unsure else []
    if not sheet.columns:
        raise NoLossError(_("no table of numbers was found"), ())
    raise NoLossError(
        _("no loss column was recognised; the columns are: {columns}").format(
            columns=quoted(list(sheet.columns)[:MOST_COLUMNS_NAMED])
        ),
        judgeable(sheet),
    )


def judgeable(sheet: Sheet) -> tuple[str, ...]:
    """The columns of numbers, without those that count or tell the time."""
    counting = {n for kind in ("step", "epoch", "other", "time") for n in clocks(list(sheet.columns), kind)}
    return tuple(n for n in sheet.columns if n not in counting and sheet.count(n) >= LEAST_POINTS)


def quoted(names: Sequence[str]) -> str:
    """Names in quotation marks, for messages."""
    return ", ".join(f"“{name}”" for name in names)


def counts_up(values: Floats) -> bool:
    """Whether values are whole numbers, each larger than the one before."""
    return len(values) > 1 and bool(np.all(np.diff(values) > 0) and np.all(values == np.round(values)))


def _require(sheet: Sheet, names: tuple[str, ...]) -> None:
    for name in names:
        if name not in sheet.columns:
            columns = quoted(list(sheet.columns)[:MOST_COLUMNS_NAMED])
            raise LogError(
                _("no column {name}; the columns are: {columns}").format(name=quoted([name]), columns=columns)
            )


def _long_enough(sheet: Sheet, names: tuple[str, ...]) -> tuple[str, ...]:
    """Drop empty columns and, beside series, single numbers: summaries that a trainer writes at its end."""
    counts = {name: sheet.count(name) for name in names}
    most = max(counts.values(), default=0)
    return tuple(name for name in names if counts[name] > (1 if most >= FEW_POINTS else 0))


def _unnamed(sheet: Sheet) -> tuple[str, ...]:
    """The columns that may be losses although no name says so."""
    if sheet.are_names_given:
        return _only_one(sheet)
    told = set(sheet.chosen_names) - set(loss_columns(sheet.chosen_names))
    return tuple(name for name in varying_columns(sheet) if name not in told)


def _only_one(sheet: Sheet) -> tuple[str, ...]:
    """The single column beside one that counts, unless its name is that of something else."""
    others = tuple(n for n in judgeable(sheet) if not _is_index(sheet, n))
    if len(others) == len(sheet.columns):
        counting = next((n for n in others if counts_up(sheet.cells(n).values)), None)
        others = tuple(n for n in others if n != counting) if counting else ()
    is_one = len(others) == 1 and not is_no_loss(others[0])
    return others if is_one and sheet.count(others[0]) >= LEAST_GUESSED else ()


def _is_index(sheet: Sheet, name: str) -> bool:
    """Whether a column is the index of a data frame: without a name of its own, and the number of each row."""
    values = sheet.cells(name).values
    is_first = name == next(iter(sheet.columns)) and name.startswith(("column ", "Unnamed"))
    return is_first and np.array_equal(values, np.arange(len(values)))


def varying_columns(sheet: Sheet) -> tuple[str, ...]:
    """Without a header: the columns that neither count nor stay constant."""
    varying = tuple(n for n in sheet.columns if np.unique(sheet.cells(n).values[:1000]).size > 1)
    return tuple(n for n in varying if not _counts(sheet.cells(n).values)) or varying or tuple(list(sheet.columns)[:1])


def _counts(values: Floats) -> bool:
    """Whether values are whole numbers that never decrease, such as the epoch of each step."""
    return len(values) > 1 and bool(np.all(np.diff(values) >= 0) and np.all(values == np.round(values)))
