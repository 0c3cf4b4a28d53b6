"""How often each remedy helped in the demos: the figures of `docs/remedies.md` from `tools.pages.remedies`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import astuple, fields
from functools import cache
from pathlib import Path

from engine.i18n import _, number
from engine.resources import resource
from engine.run import Value
from engine.values import dataclass
from overshoot import program_name

FILE = resource("measured", "remedies.csv")
SEEDS = "10–19"
NOTHING_KNOWN = "–"
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Tally:
    """Counts over the seeds: all runs, and those with the following outcomes.

    Attributes
    ----------
    quiet : int
        The detectors did not report the event.
    gone : int
        The curve did not show what the question described.
    learned : int
        The run learned its task.
    both : int
        The run learned and did not show it.
    """

    runs: int
    quiet: int
    gone: int
    learned: int
    both: int

    @property
    def seen(self) -> int:
        """Number of runs whose curve showed it."""
        return self.runs - self.gone


def words(settings: Mapping[str, Value]) -> str:
    """Format settings as the command line takes them.

    >>> words({"clip_norm": 0.1, "amsgrad": True})
    'clip_norm=0.1 amsgrad=on'
    """
    return " ".join(f"{key}={setting_word(value)}" for key, value in settings.items())


def setting_word(value: Value) -> str:
    """Format a value as the command line takes it.

    >>> setting_word(True), setting_word(1e-4), setting_word("full")
    ('on', '0.0001', 'full')
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value)


def command(scenario: str, settings: Mapping[str, Value]) -> str:
    """The command that repeats a run, without its seed."""
    return " ".join([program_name(), "train", scenario, *(f"--set {word}" for word in words(settings).split())])


@cache
def _figures() -> dict[tuple[str, str], Tally]:
    return read(FILE)


def read(file: Path) -> dict[tuple[str, str], Tally]:
    """Read the figures stored by `written`, by scenario and settings as text."""
    with file.open(encoding="utf-8", newline="") as kept:
        rows = csv.reader(kept)
        next(rows)
        return {(row[0], row[1]): Tally(*map(int, row[2:])) for row in rows}


def tally(scenario: str, settings: Mapping[str, Value]) -> Tally | None:
    """The counts for these settings; None if they were not measured."""
    return _figures().get((scenario, words(settings)))


def written(figures: Mapping[tuple[str, str], Tally], file: Path = FILE) -> None:
    """Store the figures for the program."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["scenario", "settings", *(field.name for field in fields(Tally))])
        rows.writerows([*key, *astuple(found)] for key, found in figures.items() if found.runs)


def cured(scenario: str, **settings: Value) -> float:
    """Share of the runs that learned and did not show it; 0 if not measured."""
    found = tally(scenario, settings)
    return found.both / found.runs if found else 0.0


def calm(scenario: str, **settings: Value) -> str:
    """Number of runs whose curve did not show it, as “9 of 10” without a line break."""
    found = tally(scenario, settings)
    return _of(found.gone, found.runs) if found else NOTHING_KNOWN


def seen(scenario: str, **settings: Value) -> str:
    """Number of runs whose curve showed it, as “1 of 10”."""
    found = tally(scenario, settings)
    return _of(found.seen, found.runs) if found else NOTHING_KNOWN


def learned(scenario: str, **settings: Value) -> str:
    """Number of runs that learned, as “9 of 10” without a line break."""
    found = tally(scenario, settings)
    return _of(found.learned, found.runs) if found else NOTHING_KNOWN


def _of(count: int, runs: int) -> str:
    return _("{n} of {runs}").format(n=number(count), runs=number(runs)).replace(" ", NO_BREAK)
