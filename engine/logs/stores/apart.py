"""Reads a data frame in a process of its own, whose death is an error like any other.

For files whose lengths do not add up: native code may end the process that reads them. What comes back is written by
our own process, so that it is sound.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from engine.i18n import _

if TYPE_CHECKING:
    import polars as pl

MOST_SECONDS = 30.0
MOST_BYTES = 4 << 30

Reading = Callable[[Path], "pl.DataFrame"]


def frame_apart(data: bytes, read: Reading, seconds: float = MOST_SECONDS) -> pl.DataFrame:
    """The frame that `read`, a function of a module, makes of a file with these bytes.

    Raises
    ------
    ValueError
        If it cannot be read, or its process has ended or taken longer than it may.
    """
    import polars as pl

    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="overshoot-") as folder:
        given, made, said = (Path(folder) / name for name in ("given", "made", "said"))
        given.write_bytes(data)
        process = context.Process(target=_read, args=(read, given, made, said), daemon=True)
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            process.join()
        if process.exitcode != 0 or not made.is_file():
            raise ValueError(said.read_text("utf-8") if said.is_file() else _("its lengths do not add up"))
        return pl.read_ipc(BytesIO(made.read_bytes()), use_pyarrow=False)


def parquet_file(path: Path) -> pl.DataFrame:
    """A Parquet file's frame."""
    import polars as pl

    return pl.read_parquet(path)


def _read(read: Reading, given: Path, made: Path, said: Path) -> None:
    """Runs in the process: write the frame, or what was wrong."""
    import os

    os.environ["RUST_BACKTRACE"] = "0"
    _bound_memory()
    try:
        read(given).write_ipc(made)
    except BaseException as error:  # a panic is no Exception
        reason = str(error) or type(error).__name__
        said.write_text(reason.splitlines()[0][:300], "utf-8")
        raise SystemExit(1) from None


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
