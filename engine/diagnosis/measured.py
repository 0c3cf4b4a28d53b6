"""How often each remedy helped in the demos: the figures of `docs/remedies.md`, counted by `tools.pages.remedies`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from functools import cache
from pathlib import Path

from engine.i18n import _, number
from engine.resources import resource
from engine.run import Value
from engine.training.naming import setting_word
from overshoot import program_name

FILE = resource("measured", "remedies.csv")
SEEDS = "10–19"
NOTHING_KNOWN = "–"
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Tally:
    """Over the seeds, the number of runs, and of those

    Attributes
    ----------
    quiet : int
        In which the detectors said nothing of the event.
    gone : int
        In which the curve did not show what the thread saw.
    learned : int
        That learned what there was to learn.
    both : int
        That learned and did not show it.
    """

    runs: int
    quiet: int
    gone: int
    learned: int
    both: int

    @property
    def seen(self) -> int:
        """Runs whose curve showed it."""
        return self.runs - self.gone


def words(settings: Mapping[str, Value]) -> str:
    """The settings as the command line takes them.

    >>> words({"clip_norm": 0.1, "amsgrad": True})
    'clip_norm=0.1 amsgrad=on'
    """
    return " ".join(f"{key}={setting_word(value)}" for key, value in settings.items())


def command(scenario: str, settings: Mapping[str, Value]) -> str:
    """What repeats a run from the command line, but for its seed."""
    return " ".join([program_name(), "train", scenario, *(f"--set {word}" for word in words(settings).split())])


@cache
def _figures() -> dict[tuple[str, str], Tally]:
    return read(FILE)


def read(file: Path) -> dict[tuple[str, str], Tally]:
    """What `written` kept, by scenario and settings in words."""
    with file.open(encoding="utf-8", newline="") as kept:
        rows = csv.reader(kept)
        next(rows)
        return {(row[0], row[1]): Tally(*map(int, row[2:])) for row in rows}


def tally(scenario: str, settings: Mapping[str, Value]) -> Tally | None:
    """What was counted with these settings; None where it was not."""
    return _figures().get((scenario, words(settings)))


def written(figures: Mapping[tuple[str, str], Tally], file: Path = FILE) -> None:
    """Keep the figures for the program to tell."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["scenario", "settings", *(field.name for field in fields(Tally))])
        rows.writerows([*key, *astuple(found)] for key, found in figures.items() if found.runs)


def cured(scenario: str, **settings: Value) -> float:
    """Share of the runs that learned and did not show it; 0 where that was not counted."""
    found = tally(scenario, settings)
    return found.both / found.runs if found else 0.0


def calm(scenario: str, **settings: Value) -> str:
    """In how many of the runs the curve did not show it, as “9 of 10” without a break."""
    found = tally(scenario, settings)
    return _of(found.gone, found.runs) if found else NOTHING_KNOWN


def seen(scenario: str, **settings: Value) -> str:
    """In how many of the runs the curve showed it, as “1 of 10”."""
    found = tally(scenario, settings)
    return _of(found.seen, found.runs) if found else NOTHING_KNOWN


def learned(scenario: str, **settings: Value) -> str:
    """How many of the runs learned, as “9 of 10” without a break."""
    found = tally(scenario, settings)
    return _of(found.learned, found.runs) if found else NOTHING_KNOWN


def _of(count: int, runs: int) -> str:
    return _("{n} of {runs}").format(n=number(count), runs=number(runs)).replace(" ", NO_BREAK)
