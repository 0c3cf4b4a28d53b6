"""Objects that R saved with ``saveRDS``: a history of Keras, the metrics of luz, any data frame."""

from __future__ import annotations

import json
import warnings
from typing import Any

from engine.i18n import N_, _
from engine.logs.base import LogFormat, all_formats
from engine.logs.errors import LogError
from engine.logs.options import ReadOptions
from engine.logs.parts import read_part
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source

_STARTS = (b"X\n\0\0\0\2", b"X\n\0\0\0\3", b"RDX2\n", b"RDX3\n")  # of saveRDS and of save
LARGEST = 256 << 20
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
        kinds = [kind() for name, kind in all_formats().items() if name != self.name]
        sheets = read_part(_text(_converted(source)).encode(), source.name, kinds, options)
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
            return rdata.conversion.convert(rdata.parser.parse_data(source.data))
    except Exception as error:  # the reader has no exception of its own for damage
        reason = str(error)[:200] or type(error).__name__
        message = _("{path}: damaged {kind} data: {reason}")
        raise LogError(message.format(path=source.given, kind="R", reason=reason)) from None


def _text(value: Any) -> str:
    """The object as a table or a document that other formats read."""
    if isinstance(value, dict) and len(value) == 1 and hasattr(next(iter(value.values())), "to_csv"):
        value = next(iter(value.values()))
    return str(value.to_csv(index=False)) if hasattr(value, "to_csv") else json.dumps(_plain(value, DEEPEST))


def _plain(value: Any, deepest: int) -> Any:
    if deepest and isinstance(value, dict):
        return {str(key): _plain(held, deepest - 1) for key, held in value.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return _plain({name: value[name].to_numpy() for name in value.columns}, deepest)
    values = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(values, list):
        numbers = [v if isinstance(v, (int, float, str)) or v is None else str(v)[:200] for v in values]
        return numbers[0] if len(numbers) == 1 else numbers
    return values if isinstance(values, (int, float, str)) or values is None else str(values)[:200]
