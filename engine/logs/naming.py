"""Columns under the names that a person gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet


def named(sheets: Sequence[Sheet], options: ReadOptions) -> list[Sheet]:
    """Give the columns of sheets their chosen names; a sheet without such a column keeps its own.

    Raises
    ------
    LogError
        If two columns of a sheet would have one name.
    """
    return [_named(sheet, dict(options.names)) for sheet in sheets] if options.names else list(sheets)


def _named(sheet: Sheet, names: dict[str, str]) -> Sheet:
    columns = {names.get(name, name): cells for name, cells in sheet.columns.items()}
    if len(columns) < len(sheet.columns):
        own = [names.get(name, name) for name in sheet.columns]
        twice = next(name for name in own if own.count(name) > 1)
        raise LogError(_("two columns cannot both be called “{name}”").format(name=twice))
    return replace(
        sheet,
        columns=columns,
        losses=None if sheet.losses is None else tuple(names.get(name, name) for name in sheet.losses),
        x=None if sheet.x is None else names.get(sheet.x, sheet.x),
        pairs=tuple((names.get(a, a), names.get(b, b)) for a, b in sheet.pairs),
        chosen_names=tuple(own for name, own in names.items() if name in sheet.columns),
    )
