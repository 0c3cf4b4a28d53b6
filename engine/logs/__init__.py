"""Reads training logs: one file per format in `formats`, chosen by the content of a log."""

from engine.logs.errors import Cancelled, LogError, NoLossError
from engine.logs.options import ReadOptions, Restarts
from engine.logs.reading import open_log

__all__ = ["Cancelled", "LogError", "NoLossError", "ReadOptions", "Restarts", "open_log"]
