"""Parquet and Arrow files."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import LogError
from engine.logs.json_rows import sheet_of_records
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.stores.apart import frame_apart, parquet_file
from engine.logs.stores.arrow_file import largest_length
from engine.logs.stores.parquet_file import is_vouched_for
from engine.logs.text import clean_name

if TYPE_CHECKING:
    import polars as pl

PARQUET, ARROW, STREAM = b"PAR1", b"ARROW1", b"\xff\xff\xff\xff"
MOST_CELLS = 500_000_000


class Columnar(LogFormat):
    """A data frame in a file; words such as the set or the metric of a row tell its columns apart."""

    name = "columnar"
    clues = (b"PAR1", b"ARROW1", b"\xff\xff\xff\xff")
    title = "Parquet, Arrow"
    about = N_("Parquet, Feather and Arrow files of data frames")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.0
        if source.head.startswith((PARQUET, ARROW)):
            return 0.98
        return 0.9 if source.head.startswith(STREAM) and source.name.endswith((".arrow", ".arrows", ".ipc")) else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        import polars as pl

        try:
            frame = _frame(source)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError, MemoryError) as error:
            message = _("{path}: damaged {kind} data: {reason}")
            reason = (str(error) or type(error).__name__).splitlines()[0]
            raise LogError(message.format(path=source.given, kind=self.title, reason=reason)) from None
        if any(column.dtype == pl.String or column.dtype == pl.Categorical for column in frame):
            return [sheet_of_records(frame.iter_rows(named=True))]
        return [_sheet(frame)]


def _frame(source: Source) -> pl.DataFrame:
    import polars as pl

    data = BytesIO(source.data)
    if source.head.startswith(ARROW) and largest_length(source.data) > 8 * MOST_CELLS:
        raise ValueError(_("it has more than {count} cells").format(count=MOST_CELLS))
    if not source.head.startswith(PARQUET):
        return pl.read_ipc(data, use_pyarrow=False) if source.head.startswith(ARROW) else pl.read_ipc_stream(data)
    if not is_vouched_for(source.data):
        return frame_apart(source.data, parquet_file)
    lazy = pl.scan_parquet(BytesIO(source.data))
    cells = int(lazy.select(pl.len()).collect().item()) * max(1, len(lazy.collect_schema()))
    if cells > MOST_CELLS:
        raise ValueError(_("it has more than {count} cells").format(count=MOST_CELLS))
    return pl.read_parquet(data)


def _sheet(frame: pl.DataFrame) -> Sheet:
    import polars as pl

    from engine.logs.gathering import Gathered

    columns = {}
    for column in frame:
        if column.dtype.is_numeric() and column.null_count() < len(column):
            gathered = Gathered(len(column))
            gathered.append_block(column.cast(pl.Float64), 0)
            columns[clean_name(column.name)] = gathered.cells(frame.height)
    return Sheet(columns, frame.height)
