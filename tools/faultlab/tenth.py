"""The one experiment that anyone can make: the same training with a tenth of the learning rate.

What a person sees of it needs no detector: whether the largest rise is gone, and whether as much is gained.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tools.faultlab.lab import drawn_manner, faults, setup_of
from tools.faultlab.rules import gain, level, scatter
from tools.faultlab.training import Training

LESS = 10.0
GONE = 0.5  # of the rise before
MORE, FEWER = 1.1, 0.7  # of the gain before
OUTCOMES = 6  # rise gone or not, times gain less, alike or more
STEADY = 4  # events added at the share of all causes, as for the bins of measures
FILE = "tenth.json"

Values = np.ndarray[Any, np.dtype[np.float64]]


def again(run: dict[str, Any]) -> int:
    """What becomes of a run of the lab with a tenth of its learning rate: one of `OUTCOMES`."""
    return outcome(losses(run, 1.0), losses(run, LESS))


def losses(run: dict[str, Any], divisor: float) -> Values:
    """The loss of each step of a run of the lab, trained again with its learning rates divided."""
    number, attempt, fault = run["number"], run["attempt"], faults()[run["label"]["fault"]]()
    rng = np.random.default_rng([number, attempt])
    drawn_manner(fault, rng)
    setup = setup_of(number, attempt, run["label"]["family"], rng)
    fault.prepare(setup, rng)
    fault.inject(setup, rng)
    setup.rates = setup.rates / divisor
    with np.errstate(all="ignore"):
        return np.asarray(Training(setup).run().columns["loss"], float)


def outcome(before: Values, after: Values) -> int:
    """Twice as large a number for a rise that is gone, and one more for each step in what is gained.

    >>> fall, jump = np.linspace(2, 1, 100), np.where(np.arange(100) == 50, 3.0, 0.0)
    >>> outcome(fall + jump, fall), outcome(fall + jump, fall + jump), outcome(fall, 2 - (2 - fall) / 10)
    (4, 1, 0)
    """
    is_lost, was_lost = (not np.isfinite(values).all() for values in (after, before))
    rises = [_rise(values) for values in (before, after)]
    gone = was_lost and not is_lost if was_lost or is_lost else rises[1] < GONE * rises[0] and rises[0] > 0
    gains = [gain(values[np.isfinite(values)]) if np.isfinite(values).sum() > 2 else 0.0 for values in (before, after)]
    ratio = gains[1] / gains[0] if gains[0] > 0 else 1.0
    return 3 * int(gone) + (2 if ratio > MORE else 1 if ratio > FEWER else 0)


def _rise(values: Values) -> float:
    """The largest height above the lowest level before, beyond six scatters."""
    values = values[np.isfinite(values)]
    if len(values) < 3:
        return 0.0
    found = np.max(values - np.minimum.accumulate(level(values)))
    return float(found) if found > 6 * scatter(values) else 0.0


def gather(folder: Path, runs: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Train again what has not been yet, by the names of runs; kept in the folder."""
    path = folder / FILE
    known = json.loads(path.read_text()) if path.exists() else {}
    for i, run in enumerate(runs):
        if run["name"] not in known:
            known[run["name"]] = again(run)
            if i % 20 == 19 or run is runs[-1]:
                path.write_text(json.dumps(known))
                yield f"{i + 1} of {len(runs)}"


def told(outcomes: dict[str, int], records: Sequence[dict[str, Any]], causes: Sequence[str]) -> Values:
    """How often each outcome comes under each cause, drawn towards the share of all; shape (causes, outcomes)."""
    counts = np.zeros((len(causes), OUTCOMES))
    fault_of = {record["name"]: record["fault"] for record in records}
    for name, found in outcomes.items():
        if name in fault_of:
            counts[causes.index(fault_of[name]), found] += 1
    usual = counts.sum(0) / max(1.0, counts.sum())
    return np.asarray((counts + STEADY * usual) / (counts.sum(1, keepdims=True) + STEADY))
