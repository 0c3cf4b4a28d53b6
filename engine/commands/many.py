"""Work on many files at once, with the results in the order of the files."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

FEWEST = 8  # files for which starting processes pays
AT_ONCE = 4  # files that a process takes at a time


def spread(work: Callable[[str], T], files: Sequence[str]) -> Iterator[T]:
    """Yield the result of `work` for each file, in their order, worked out on all cores.

    The processes are forked, so that they find everything imported. Where that is not sound, because the system is not
    Linux or other threads run, and for few files, it is done in this process. The first file always is: what is loaded
    only when it is needed is loaded by then. If that is polars, a fork would wait for ever for the threads of its pool.
    """
    if files:
        yield work(files[0])
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    rest = files[1:]
    if len(files) < FEWEST or cores < 2 or threading.active_count() > 1 or "polars" in sys.modules:
        yield from map(work, rest)
        return
    import multiprocessing  # takes as long to load as reading a log

    with multiprocessing.get_context("fork").Pool(min(cores, len(rest))) as pool:
        yield from pool.imap(work, rest, AT_ONCE)
