"""Assembles runs from a sheet: chooses losses and x, and splits at restarts if asked to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from engine.i18n import _
from engine.logs.deriving import IN_EPOCH, derive
from engine.logs.errors import LogError
from engine.logs.first_rows import first_row_apart
from engine.logs.losses import choose_losses, counts_up, quoted
from engine.logs.names import auxiliary, clocks
from engine.logs.options import ROW, ReadOptions, Restarts
from engine.logs.percentages import are_percentages, as_fraction, is_accuracy
from engine.logs.sheet import Sheet
from engine.logs.stacked_columns import side_by_side
from engine.run import Origin, Run
from engine.series import LossSeries, Role, is_test, pair
from engine.table import Floats, MetricTable, Sparse

MOST_RESUMED = 0.05  # of the rows at which a step may go back and still be x


def assemble(sheet: Sheet, options: ReadOptions, origin: Origin, name: str) -> list[Run]:
    """Make the runs of a sheet: one, or several if the options ask for a split at restarts.

    Raises
    ------
    LogError
        If no loss column is recognised, or a requested one is missing.
    """
    losses, guess = choose_losses(sheet, options)
    sheet = replace(sheet, warnings=[*sheet.warnings, *guess])
    sheet = _without_resetting_steps(side_by_side(sheet, losses), losses)
    sheet, losses, options = derive(sheet, losses, options)
    title = sheet.own_name or (f"{name}: {sheet.title}" if sheet.title else name)
    if options.restarts is Restarts.SPLIT:
        parts = _split(sheet, losses)
        names = [f"{title} ({i})" if len(parts) > 1 else title for i in range(1, len(parts) + 1)]
        return [_run(part, losses, options, origin, n) for part, n in zip(parts, names)]
    return [_run(sheet, losses, options, origin, title)]


def _run(sheet: Sheet, losses: tuple[str, ...], options: ReadOptions, origin: Origin, name: str) -> Run:
    x = choose_x(sheet, losses, options)
    renamed = _own_names(sheet, losses, x)
    table = MetricTable()
    columns: dict[str, Floats | Sparse] = {}
    for column, cells in sheet.columns.items():
        own = renamed.get(column, column)
        columns[own] = cells
    in_percent = {own for own, cells in columns.items() if is_accuracy(own) and are_percentages(cells)}
    table.extend({own: as_fraction(c) if own in in_percent else c for own, c in columns.items()}, sheet.rows)
    run = Run(
        name=name,
        table=table,
        series=_paired(losses, {**dict(sheet.pairs), **dict(options.pairs)}),
        origin=origin,
        x=renamed.get(x, x) if x is not None else None,
        settings=dict(sheet.settings),
        setting_sources=dict(sheet.setting_sources),
        changes=list(sheet.changes),
        warnings=[*sheet.warnings, *first_row_apart(sheet, losses, x)],
        names={own: column for column, own in renamed.items() if own != column} | _within_epochs(sheet),
    )
    run.in_percent = frozenset(in_percent)
    return run


def _paired(losses: tuple[str, ...], partners: Mapping[str, str]) -> tuple[LossSeries, ...]:
    """The series with their roles by name, except those whose validation or training column is told."""
    series = []
    for s in pair(losses):
        if s.name in partners:
            s = replace(s, role=Role.VALIDATION, partner=partners[s.name])
        elif s.name in partners.values():
            s = replace(s, role=Role.TRAINING, partner=None)
        series.append(s)
    return tuple(sorted(series, key=_is_of_test))


def _is_of_test(series: LossSeries) -> bool:
    """Whether a series is of a test set, which stands behind the validation: the first held-out one counts as that."""
    return series.role is Role.VALIDATION and is_test(series.name)


def choose_x(sheet: Sheet, losses: tuple[str, ...], options: ReadOptions) -> str | None:
    """The x column: the one requested, else the likeliest by name that increases; None for the row number."""
    if options.x == ROW:
        return None
    if options.x is not None:
        if options.x not in sheet.columns:
            raise LogError(
                _("no column {name}; the columns are: {columns}").format(
                    name=quoted([options.x]), columns=quoted(list(sheet.columns)[:20])
                )
            )
        return options.x
    names = [name for name in sheet.columns if name not in losses]
    steps = [*([str(sheet.x)] if sheet.x in sheet.columns else []), *clocks(names, "step")]
    candidates = [*steps, *(n for kind in ("epoch", "other", "time") for n in clocks(names, kind))]
    if not sheet.are_names_given:
        candidates += [name for name in names if counts_up(sheet.cells(name).values)][:1]
    fitting = (n for n in candidates if increases(sheet, n, losses) or (n in steps and is_resumed(sheet, n, losses)))
    return next(fitting, None)


def increases(sheet: Sheet, name: str, losses: Sequence[str]) -> bool:
    """Whether a column can be the x of all losses: it never decreases and distinguishes their points."""
    column = sheet.columns[name]
    values = column.values if isinstance(column, Sparse) else column
    if not len(values) or not np.isfinite(values[[0, -1]]).all():
        return False
    if len(values) == 1:  # it counts a single point
        return all(np.array_equal(sheet.cells(loss).rows, sheet.cells(name).rows) for loss in losses)
    before, after = values[:-1], values[1:]
    if not isinstance(column, Sparse) and (after > before).all():
        return True
    if not (after >= before).all():  # also with a NaN
        return False
    return all(_distinguishes(sheet.cells(name), sheet.cells(loss)) for loss in losses)


def is_resumed(sheet: Sheet, name: str, losses: Sequence[str]) -> bool:
    """Whether a step goes back a few times, never to its start: training was resumed from a checkpoint.

    Where it begins again from its start, as in folds, the row number is the only x that tells the parts apart.
    """
    cells = sheet.cells(name)
    back = np.flatnonzero(np.diff(cells.values) < 0)
    if not 0 < len(back) <= max(1, MOST_RESUMED * len(cells.values)) or not np.isfinite(cells.values).all():
        return False
    return bool((cells.values[back + 1] > cells.values[0]).all()) and all(
        _distinguishes(cells, sheet.cells(loss)) for loss in losses
    )


def _distinguishes(x: Sparse, series: Sparse) -> bool:
    if not len(series.rows):
        return True
    if len(x.rows) == 0 or len(series.rows) == 1:
        return len(x.rows) > 0
    at = np.searchsorted(x.rows, series.rows, "right") - 1
    points = x.values[np.maximum(at, 0)]
    covered = np.count_nonzero(at >= 0) >= 0.9 * len(at)
    return bool(covered) and bool(np.count_nonzero(np.diff(points) > 0) >= 0.5 * (len(points) - 1))


def _own_names(sheet: Sheet, losses: tuple[str, ...], x: str | None) -> dict[str, str]:
    """Names of the columns in the table: steps, epochs, times, rates and accuracies get the program's own."""
    own: dict[str, str] = {}
    taken = set(losses)

    def claim(column: str, name: str) -> None:
        if name in taken or column in own or column in losses or (name != column and name in sheet.columns):
            return
        own[column] = name
        taken.add(name)

    for kind in ("step", "epoch", "time"):
        names = clocks([n for n in sheet.columns if n not in losses], kind)
        for column in sorted(names, key=lambda n: n != x):
            claim(column, kind)
    for column in sheet.columns:
        name = auxiliary(column)
        if name:
            claim(column, name)
    return own


def _without_resetting_steps(sheet: Sheet, losses: tuple[str, ...]) -> Sheet:
    """Rename a step that restarts with every epoch, since it does not count optimizer updates."""
    names = [n for n in sheet.columns if n not in losses]
    epochs = clocks(names, "epoch")
    renamed = {n: _free_name(sheet, n) for n in clocks(names, "step") if epochs and _resets_with(sheet, n, epochs[0])}
    if not renamed:
        return sheet
    columns = {renamed.get(n, n): cells for n, cells in sheet.columns.items()}
    return replace(sheet, columns=columns, x=None if sheet.x in renamed else sheet.x)


def _within_epochs(sheet: Sheet) -> dict[str, str]:
    plain = {name: name.removesuffix(IN_EPOCH) for name in sheet.columns if name.endswith(IN_EPOCH)}
    return {name: own for name, own in plain.items() if own not in sheet.columns}


def _free_name(sheet: Sheet, name: str) -> str:
    return name + IN_EPOCH if name + IN_EPOCH not in sheet.columns else f"{name}{IN_EPOCH} (2)"


def _resets_with(sheet: Sheet, step: str, epoch: str) -> bool:
    steps, epochs = sheet.cells(step), sheet.cells(epoch)
    back = np.flatnonzero(np.diff(steps.values) < 0)
    if not len(back) or not len(epochs.values):
        return False
    before = epochs.values[np.maximum(np.searchsorted(epochs.rows, steps.rows[back], "right") - 1, 0)]
    after = epochs.values[np.maximum(np.searchsorted(epochs.rows, steps.rows[back + 1], "right") - 1, 0)]
    return bool(np.count_nonzero(after > before) >= 0.8 * len(back))


def _split(sheet: Sheet, losses: tuple[str, ...]) -> list[Sheet]:
    """Split where the step, or else the epoch, decreases."""
    names = [n for n in sheet.columns if n not in losses]
    clock = next(iter(clocks(names, "step") + clocks(names, "epoch")), None)
    if clock is None:
        return [sheet]
    cells = sheet.cells(clock)
    cuts = [0, *cells.rows[np.flatnonzero(np.diff(cells.values) < 0) + 1].tolist(), sheet.rows]
    return [_rows(sheet, start, stop) for start, stop in pairwise(cuts) if stop > start]


def _rows(sheet: Sheet, start: int, stop: int) -> Sheet:
    columns: dict[str, Floats | Sparse] = {}
    for name, cells in sheet.columns.items():
        if isinstance(cells, Sparse):
            first, last = np.searchsorted(cells.rows, (start, stop))
            columns[name] = Sparse(cells.rows[first:last] - start, cells.values[first:last])
        else:
            columns[name] = cells[start:stop]
    return replace(sheet, columns=columns, rows=stop - start)
