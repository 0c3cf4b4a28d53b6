"""Puts the series of several processes beside each other, though they wrote their lines one behind the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.logs.names import clocks
from engine.logs.sheet import Sheet
from engine.patterns import pattern
from engine.table import Floats, Sparse

_RANK = pattern(r"rank \d{1,4} ")


def of_processes(sheet: Sheet) -> Sheet:
    """The sheet in the order of its steps, and without the number of a process that is the only one with a loss."""
    losses = sheet.losses or ()
    ranks = {found[0] if (found := _RANK.match(name)) else "" for name in losses}
    if ranks == {""} or not ranks:
        return sheet
    if len(ranks) == 1:
        (label,) = ranks
        own = {name: name.removeprefix(label) for name in sheet.columns if name.startswith(label)}
        own = {name: plain for name, plain in own.items() if plain not in sheet.columns}
        columns = {own.get(name, name): cells for name, cells in sheet.columns.items()}
        return replace(sheet, columns=columns, losses=tuple(own.get(name, name) for name in losses))
    return _by_step(sheet)


def _by_step(sheet: Sheet) -> Sheet:
    """One row for each step, where each process counts up but all of them together do not."""
    names = [name for name in sheet.columns if name not in (sheet.losses or ())]
    clock = next(iter(clocks(names, "step") + clocks(names, "epoch")), None)
    steps = sheet.columns.get(clock or "")
    if steps is None or isinstance(steps, Sparse) or bool((np.diff(steps) > 0).all()):
        return sheet
    at, rows = np.unique(steps, return_inverse=True)
    columns: dict[str, Floats | Sparse] = {}
    for name in sheet.columns:
        cells = sheet.cells(name)
        own = rows[cells.rows]
        order = np.argsort(own, kind="stable")
        is_first = np.concatenate([[True], np.diff(own[order]) > 0])
        if name in (sheet.losses or ()) and not bool((np.diff(own) > 0).all()):
            return sheet  # it has a step twice, or goes back itself
        values = cells.values[order][is_first]
        columns[name] = values if len(values) == len(at) else Sparse(own[order][is_first], values)
    return replace(sheet, columns=columns, rows=len(at))
