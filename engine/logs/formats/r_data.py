"""Objects that R saved with ``saveRDS``: a history of Keras, the metrics of luz, any data frame."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.i18n import N_, _
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.parts import read_part
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.r_object import parse
from engine.logs.text import clean_name
from engine.table import Floats, Sparse

_STARTS = (b"X\n\0\0\0\2", b"X\n\0\0\0\3", b"RDX2\n", b"RDX3\n")  # of saveRDS and of save
LARGEST = 256 << 20
_NA_WORD = 1954
DEEPEST = 6


class RData(LogFormat):
    """A data frame is read as a table, a list with names as a document; no code in it is run."""

    name = "r_data"
    clues = (b"X\n\x00\x00\x00", b"RDX2\n", b"RDX3\n")
    title = "R"
    about = N_("objects saved with saveRDS: histories of keras and luz, data frames (needs the package “rdata”)")

    def matches(self, source: Source) -> float:
        return 0.98 if not source.is_folder and source.head.startswith(_STARTS) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        value = _converted(source)
        frame = _frame_in(value)
        if frame is not None and (sheet := _sheet_of_numbers(frame)) is not None:
            return [sheet]
        kinds = [kind() for name, kind in all_formats().items() if name != self.name]
        sheets = read_part(_text(value).encode(), source.name, kinds, options)
        if not sheets:
            raise LogError(_("{path}: the R object has no numbers with names").format(path=source.given))
        return sheets


def _converted(source: Source) -> Any:
    """The object as rdata converts it: data frames of pandas, dictionaries, arrays."""
    try:
        import rdata
    except ImportError:
        message = _(
            "{path}: reading it needs the package “rdata”; or save it in R: write.csv(as.data.frame(x), {file})"
        )
        raise LogError(message.format(path=source.given, file='"history.csv"')) from None
    if len(source.data) > LARGEST:
        raise LogError(_("{path}: too large for an R object of a training").format(path=source.given))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it knows no class of this name, and converts what it holds
            return rdata.conversion.convert(parse(source.data))
    except Exception as error:  # the reader has no exception of its own for damage
        reason = str(error)[:200] or type(error).__name__
        message = _("{path}: damaged {kind} data: {reason}")
        raise LogError(message.format(path=source.given, kind="R", reason=reason)) from None


def _frame_in(value: Any) -> Any:
    """The data frame that an object is, or holds as its only one; None if there is none."""
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    return value if hasattr(value, "to_csv") and hasattr(value, "columns") else None


def _sheet_of_numbers(frame: Any) -> Sheet | None:
    """A data frame without words; None if a word in it may be the name of a metric or of data."""
    names = [clean_name(str(name)) for name in frame.columns]
    if len(set(names)) < len(names) or any(kind.kind not in "iuf" for kind in frame.dtypes):
        return None
    columns = {name: _without_missing(frame[own].to_numpy(np.float64)) for name, own in zip(names, frame.columns)}
    return Sheet(columns, len(frame)) if columns else None


def _is_missing(values: Floats) -> NDArray[np.bool_]:
    """Which numbers are R's ``NA``, which is a NaN with this word in it."""
    return np.isnan(values) & (values.view(np.uint64) & 0xFFFFFFFF == _NA_WORD)


def _without_missing(values: Floats) -> Floats | Sparse:
    is_missing = _is_missing(values)
    return Sparse(np.flatnonzero(~is_missing), values[~is_missing]) if is_missing.any() else values


def _text(value: Any) -> str:
    """The object as a table or a document that other formats read."""
    frame = _frame_in(value)
    if frame is not None:
        value = frame
    return str(value.to_csv(index=False)) if hasattr(value, "to_csv") else json.dumps(_plain(value, DEEPEST))


def _listed(value: Any) -> Any:
    """An array as a list, with null for what is missing."""
    if not hasattr(value, "tolist"):
        return value
    if getattr(value, "dtype", None) == np.float64 and value.ndim == 1:
        return [None if is_missing else v for v, is_missing in zip(value.tolist(), _is_missing(np.array(value)))]
    return value.tolist()


def _plain(value: Any, deepest: int) -> Any:
    if deepest and isinstance(value, dict):
        return {str(key): _plain(held, deepest - 1) for key, held in value.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return _plain({name: value[name].to_numpy() for name in value.columns}, deepest)
    values = _listed(value)
    if isinstance(values, list):
        numbers = [v if isinstance(v, (int, float, str)) or v is None else str(v)[:200] for v in values]
        return numbers[0] if len(numbers) == 1 else numbers
    return values if isinstance(values, (int, float, str)) or values is None else str(values)[:200]
