"""Reads a long block of a watched run's file with polars, several times faster than the standard library does."""

from __future__ import annotations

import numpy as np

from engine.logs.text import clean_name
from engine.patterns import pattern
from engine.table import Floats, Sparse

START = '{"rows":{'
SHORTEST = 1 << 13  # characters; in a shorter line the setting-up costs more than it saves
_NAMES = pattern(r'"([^"\\]+)":(\[\[?)')


def quick_block(text: str) -> tuple[int, dict[str, Floats | Sparse]] | None:
    """The rows and columns of a line; None if it is short, or not in every part what the program writes."""
    if len(text) < SHORTEST or not text.startswith(START) or "[[[" in text:
        return None
    is_sparse = {name: bracket == "[[" for name, bracket in _NAMES.findall(text)}
    if text.count('"') != 2 * len(is_sparse) + 2:
        return None
    columns = _parsed(text, is_sparse)
    lengths = {len(cells) for cells in columns.values() if not isinstance(cells, Sparse)}
    if len(columns) < len(is_sparse) or len(lengths) != 1:
        return None
    count = lengths.pop()
    fits = all(_fits(cells, count) for cells in columns.values() if isinstance(cells, Sparse))
    return (count, columns) if fits and len(columns) == len(is_sparse) else None


def _parsed(text: str, is_sparse: dict[str, bool]) -> dict[str, Floats | Sparse]:
    """The columns that could be read; a number that is not finite ends the reading."""
    import polars as pl

    dense = pl.List(pl.Float64)
    kinds = pl.Struct({name: pl.List(dense) if sparse else dense for name, sparse in is_sparse.items()})
    try:
        block = pl.Series([text]).str.json_decode(pl.Struct({"rows": kinds})).struct.field("rows")
    except pl.exceptions.PolarsError:
        return {}
    found: dict[str, Floats | Sparse] = {}
    for name, sparse in is_sparse.items():
        lists = block.struct.field(name)
        parts = [part.to_numpy() for part in lists.explode()] if sparse else [lists.explode().to_numpy()]
        if len(parts) == 1:
            found[clean_name(name)] = parts[0]
        elif len(parts) == 2 and np.isfinite(parts[0]).all():
            found[clean_name(name)] = Sparse(parts[0].astype(np.int64), parts[1])
    return found


def _fits(cells: Sparse, count: int) -> bool:
    """Whether the row numbers rise within the block, one for each value."""
    rows = cells.rows
    if len(rows) != len(cells.values) or not len(rows):
        return False
    return bool(rows[0] >= 0 and rows[-1] < count and (np.diff(rows) > 0).all())
