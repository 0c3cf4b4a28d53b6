"""TensorBoard event files, and folders of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.i18n import N_, _
from engine.logs.base import LogFormat
from engine.logs.errors import Cancelled, LogError
from engine.logs.folders import files_below
from engine.logs.local_copy import local_copy
from engine.logs.options import ReadOptions
from engine.logs.sheet import Sheet
from engine.logs.source import Progress, Source
from engine.logs.tags import TaggedNumber, sheet_of_tags
from engine.logs.text import clean_name

PATTERN = "*tfevents*"
REPORTED_EVERY = 2000


class TensorBoardEvents(LogFormat):
    """Scalars by tag and step, read with the TensorBoard package's own loader; each folder is one run."""

    name = "tensorboard_events"
    title = "TensorBoard"
    about = N_("event files and log folders; needs the package tensorboard")

    def matches(self, source: Source) -> float:
        if source.is_folder:
            return 0.9 if files_below(source.path, PATTERN) else 0.0
        head = source.head
        # A record: its length as 8 bytes, their checksum, then the event; the first event has the file version.
        is_record = len(head) > 24 and int.from_bytes(head[:8], "little") < 4096 and b"brain.Event:" in head[:256]
        return 0.99 if is_record else 0.0

    def read(self, source: Source, options: ReadOptions, progress: Progress | None = None) -> list[Sheet]:
        if not source.is_folder:
            with local_copy(source) as path:
                return [sheet_of_tags(list(scalars(path, progress)))]
        runs: dict[Path, list[TaggedNumber]] = defaultdict(list)
        for path in files_below(source.path, PATTERN):
            runs[path.parent] += scalars(path, progress)
        sheets = {folder: sheet_of_tags(found) for folder, found in runs.items() if found}
        for folder, sheet in sheets.items():
            sheet.title = clean_name(str(folder.relative_to(source.path))) if len(sheets) > 1 else None
        return list(sheets.values())


def scalars(path: Path, progress: Progress | None = None) -> Iterator[TaggedNumber]:
    """Yield the scalars of an event file up to a damaged or unfinished end.

    Raises
    ------
    LogError
        If the package is not installed.
    """
    try:
        from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
    except ImportError:
        raise LogError(_("{path}: reading it needs the package “tensorboard”").format(path=path)) from None
    loader = LegacyEventFileLoader(str(path)).Load()
    count = 0
    while True:
        try:
            event = next(loader, None)
        except Exception:  # the loader fails in many ways on damaged records; what precedes them is used
            return
        if event is None:
            return
        count += 1
        if progress is not None and count % REPORTED_EVERY == 0 and not progress(0.0):
            raise Cancelled
        for value in event.summary.value:
            number = _number(value)
            if number is not None:
                yield TaggedNumber(event.wall_time, float(event.step), clean_name(value.tag), number)


def _number(value: Any) -> float | None:
    """The number of a summary value: a scalar, or a tensor with one element."""
    which = value.WhichOneof("value")
    if which == "simple_value":
        return float(value.simple_value)
    if which != "tensor" or value.metadata.plugin_data.plugin_name not in ("scalars", ""):
        return None
    from tensorboard.util import tensor_util

    try:
        array = np.asarray(tensor_util.make_ndarray(value.tensor))
        return float(array.reshape(-1)[0]) if array.size == 1 and array.dtype.kind in "fiu" else None
    except (TypeError, ValueError):
        return None
