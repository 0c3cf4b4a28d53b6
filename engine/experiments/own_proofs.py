"""All that comes before the forks of a person's own training: the check, the recording, the cost."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from engine.brought.checks import Checked, check
from engine.brought.source import BroughtFile, Source
from engine.events import EventKind
from engine.experiments.brought_forks import CREW
from engine.experiments.brought_runs import record_brought
from engine.experiments.costs import Cost, cost
from engine.experiments.records import Recording
from engine.experiments.reference import Reference
from engine.run import Value

Prepared = Generator[Checked | Recording | Cost, None, Reference]


def prepare(
    source: Source,
    seed: int,
    knobs: Mapping[str, Value],
    turns: Mapping[int, Mapping[str, Value]],
    kind: EventKind | None,
    folder: Path,
    forks: int,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Prepared:
    """Check whether the training can be rewound, record it up to its event, and say what the proof will cost.

    A command that is run again is not checked: its first fork repeats it unchanged.

    Raises
    ------
    CannotProve
        If there is no such event, or it was cancelled before.
    BroughtError
        If the person's code fails.
    """
    if isinstance(source, BroughtFile):
        for found in check(CREW.worker(source), seed, knobs, is_cancelled):
            if isinstance(found, Checked):
                yield found
    began, steps = 0.0, 0
    course = record_brought(source, seed, knobs, turns, kind, None, folder, is_cancelled)
    while True:
        try:
            progress = next(course)
        except StopIteration as end:
            reference = end.value
            break
        began, steps = began or time.monotonic(), progress.step
        yield progress
    taken = (time.monotonic() - began) / max(1, steps) if began else 0.0
    yield cost(reference, forks, taken)
    return reference
