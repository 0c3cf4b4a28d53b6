"""Reads training logs: one file per format in `formats`, chosen by the content of a log."""

from typing import TYPE_CHECKING, Any

from engine.logs.errors import Cancelled, LogError, NoLossError
from engine.logs.options import ReadOptions, Restarts

if TYPE_CHECKING:
    from engine.logs.reading import open_log

__all__ = ["Cancelled", "LogError", "NoLossError", "ReadOptions", "Restarts", "open_log"]


def __getattr__(name: str) -> Any:
    """`open_log`, which brings all that reads; the first window needs the errors and options only."""
    if name == "open_log":
        from engine.logs.reading import open_log

        return open_log
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
