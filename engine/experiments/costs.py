"""What a proof will cost on this machine, said before its forks start."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.experiments.plan import CONFIRMED_FACTORS, SCREEN_FIRST, SCREEN_LEAST, SCREEN_OTHER, trial
from engine.experiments.records import Forked, ForkFailed, Record, Staged
from engine.experiments.reference import Reference
from engine.experiments.rewinding import distances
from engine.experiments.statistics import LOOKS
from engine.i18n import _, number

T = TypeVar("T")

START_SECONDS = 3.0  # of a process that imports torch


@dataclass(frozen=True)
class Cost:
    """Between how many forks and seconds a proof takes.

    Attributes
    ----------
    steps : int
        Steps of a fork.
    workers : int
        Forks at once.
    """

    forks: tuple[int, int]
    seconds: tuple[float, float]
    steps: int
    workers: int

    @property
    def brief(self) -> str:
        """The time in a few words."""
        least, most = (duration(seconds) for seconds in self.seconds)
        if least == most:
            return _("about {time} here").format(time=least)
        return _("about {least} to {most} here").format(least=least, most=most)

    @property
    def text(self) -> str:
        """The cost as a sentence."""
        least, most = (duration(seconds) for seconds in self.seconds)
        return _("{least} to {most} on this machine: {few} to {many} forks of {steps} steps, {workers} at once").format(
            least=least,
            most=most,
            few=number(self.forks[0]),
            many=number(self.forks[1]),
            steps=number(self.steps),
            workers=number(self.workers),
        )


def cost(reference: Reference, forks: int, step_seconds: float, names: list[str] | None = None) -> Cost:
    """The cost of proving a reference, if a step takes as long as it took in the recording.

    The least is for a cause that the first look shows, the most for an event that nothing removes.
    """
    starts = distances(reference)
    factors = len(trial(reference.case(), names).interventions)
    scouted = SCREEN_LEAST * len(starts) if len(starts) > 1 else 0
    arms = 1 + min(CONFIRMED_FACTORS, factors)
    least = scouted + 1 + factors + arms * (SCREEN_LEAST - 1) + arms * math.ceil(LOOKS[0] * forks)
    most = scouted + (SCREEN_FIRST + SCREEN_OTHER * (len(starts) - 1)) * (1 + factors) + 2 * arms * forks
    can_restore = reference.brought is None or reference.brought.source.can_restore
    begin = max(0, reference.onset - starts[0]) if can_restore else 0
    steps = reference.horizon - begin
    workers = os.cpu_count() or 1
    each = steps * step_seconds + (0.0 if can_restore else START_SECONDS)
    seconds = [count * each / workers + START_SECONDS for count in (least, most)]
    return Cost((least, most), (seconds[0], seconds[1]), steps, workers)


def with_cost(
    course: Generator[Record, None, T], reference: Reference, forks: int
) -> Generator[Record | Cost, None, T]:
    """The records of a proof, and its cost once the first stage has shown how long a fork takes here."""
    began, done, expected = 0.0, 0, 0
    while True:
        try:
            record = next(course)
        except StopIteration as end:
            return end.value
        yield record
        if isinstance(record, Staged) and not expected:
            began, expected = time.monotonic(), record.forks
        elif isinstance(record, Forked | ForkFailed):
            done += 1
            if done == expected:
                planned, each = cost(reference, forks, 0.0), (time.monotonic() - began) / done
                least, most = (each * count for count in planned.forks)
                yield replace(planned, seconds=(least, most))


def duration(seconds: float) -> str:
    """A time as a person says it.

    Examples
    --------
    >>> duration(41.3), duration(130), duration(9000)
    ('42 s', '3 min', '3 h')
    """
    if seconds < 100:
        return _("{n} s").format(n=number(math.ceil(seconds)))
    if seconds < 100 * 60:
        return _("{n} min").format(n=number(math.ceil(seconds / 60)))
    return _("{n} h").format(n=number(math.ceil(seconds / 3600)))
