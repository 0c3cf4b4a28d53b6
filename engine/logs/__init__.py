"""Read what trainers write: one file per format in `formats`, chosen by looking inside."""

from engine.logs.errors import Cancelled, LogError
from engine.logs.options import ReadOptions, Restarts
from engine.logs.previewing import Preview, preview
from engine.logs.reading import open_log

__all__ = ["Cancelled", "LogError", "Preview", "ReadOptions", "Restarts", "open_log", "preview"]
