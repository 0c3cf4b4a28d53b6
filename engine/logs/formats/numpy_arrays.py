"""Arrays that NumPy saved, never those with pickled objects."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.json_documents import by_length
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.archive import content, members, opened
from engine.logs.text import clean_name
from engine.table import Floats

SIGNATURE = b"\x93NUMPY"
SUFFIX = ".npy"
LARGEST_HEADER = 10_000
LEAST_LENGTH = 2
MOST_COLUMNS = 1000
_NUMERIC = "fiu"


class NumpyArrays(LogFormat):
    """``.npy`` and ``.npz``: vectors are columns by their names, the columns of a matrix are numbered."""

    name = "numpy_arrays"
    clues = (b"\x93NUMPY", b"PK\x03\x04")
    title = "NumPy"
    about = N_(".npz and .npy: vectors of one length are columns; pickled objects are never opened")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.0
        if source.head.startswith(SIGNATURE):
            return 0.99
        names = members(source)
        return 0.98 if names and all(name.endswith(SUFFIX) for name in names) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        columns = dict(_columns(source))
        is_matrix = source.head.startswith(SIGNATURE) and any(name.endswith(" 1") for name in columns)
        if not columns:
            raise LogError(_("{path}: no vectors of numbers were found").format(path=source.given))
        sheets = list(by_length(columns))
        for sheet in sheets:
            sheet.are_names_given = not is_matrix
            sheet.title = None if len(sheets) == 1 else clean_name(next(iter(sheet.columns)))
        return sheets


def _columns(source: Source) -> Iterator[tuple[str, Floats]]:
    if source.head.startswith(SIGNATURE):
        yield from _vectors(PurePath(source.name).stem, array_of(source.data))
        return
    with opened(source) as archive:
        for name in archive.namelist()[:MOST_COLUMNS]:
            yield from _vectors(name.removesuffix(SUFFIX), array_of(content(archive, name)))


def _vectors(name: str, array: NDArray | None) -> Iterator[tuple[str, Floats]]:
    """The columns of an array: fields of records, columns of a matrix, or the vector itself."""
    if array is None:
        return
    if array.dtype.names:
        named = [(str(field), array[field]) for field in array.dtype.names]
    elif array.ndim == 2 and 1 < array.shape[1] <= MOST_COLUMNS:
        named = [(f"{name} {i}", array[:, i]) for i in range(array.shape[1])]
    else:
        named = [(name, array)]
    for title, values in named:
        flat = np.squeeze(values)
        if flat.ndim == 1 and len(flat) >= LEAST_LENGTH and flat.dtype.kind in _NUMERIC:
            yield clean_name(title), np.ascontiguousarray(flat, np.float64)


def array_of(data: bytes) -> NDArray | None:
    """The array of a file; None for objects, damage, or a size that the data do not have."""
    stream = BytesIO(data)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, is_fortran, dtype = read_header(stream, max_header_size=LARGEST_HEADER)
        count = int(np.prod(shape, dtype=object))
        if dtype.hasobject or not 0 < count * dtype.itemsize <= len(data) - stream.tell():
            return None
        array = np.frombuffer(data, dtype, count, stream.tell())
        return array.reshape(shape, order="F" if is_fortran else "C")
    except Exception:  # the header is parsed as a Python literal, which fails in many ways
        return None
