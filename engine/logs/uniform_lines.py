"""Reads long logs whose lines are all of one form at once: ``step=1 loss=0.5 lr=0.001``."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from engine.logs.pairs import number_gaps
from engine.logs.sheet import Sheet
from engine.logs.text_rows import LineReader
from engine.table import Floats

LEAST_BYTES = 1 << 20
SAMPLE_LINES = 300
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|NaN|inf))"
_DRAWN = re.compile(r"[\r\b\x0b\x0c\x1b]")


def read_uniform(text: str) -> Sheet | None:
    """The sheet of a text; None if it is short, or a line differs from the first in more than its numbers."""
    if len(text) < LEAST_BYTES or _DRAWN.search(text, 0, LEAST_BYTES) or _DRAWN.search(text):
        return None
    sample = text[: 200 * SAMPLE_LINES].split("\n")[:SAMPLE_LINES]
    gaps = number_gaps(sample[0])
    if len(sample) < SAMPLE_LINES or gaps is None:
        return None
    reader = LineReader()
    reader.feed(sample)
    sheet = reader.sheet()
    if sheet.rows != len(sample) or not sheet.losses or any(sheet.count(n) != sheet.rows for n in sheet.columns):
        return None
    numbers = _numbers(text, gaps)
    return None if numbers is None else _named(sheet, numbers)


def _numbers(text: str, gaps: list[str]) -> list[Floats] | None:
    """The numbers between the gaps, one array for each place; None if a line does not fit."""
    import polars as pl

    pattern = "^" + _NUMBER.join(re.sub(r"(?:\\ )+", " +", re.escape(gap)) for gap in gaps) + "$"
    lines = pl.Series(text.removesuffix("\n").split("\n"))
    try:
        frame = lines.str.extract_groups(pattern).struct.unnest().cast(pl.Float64, strict=False)
    except pl.exceptions.PolarsError:
        return None
    if any(column.null_count() for column in frame):
        return None
    return [column.to_numpy() for column in frame]


def _named(sheet: Sheet, numbers: list[Floats]) -> Sheet | None:
    """The sheet of the first lines with all lines in its columns; None if a column fits several places."""
    columns = {}
    for name in sheet.columns:
        start = sheet.cells(name).values
        fitting = [values for values in numbers if np.array_equal(values[: len(start)], start, equal_nan=True)]
        if not fitting or not all(np.array_equal(fitting[0], v, equal_nan=True) for v in islice(fitting, 1, None)):
            return None
        columns[name] = fitting[0]
    return Sheet(dict(columns), len(numbers[0]), losses=sheet.losses, x=sheet.x)
