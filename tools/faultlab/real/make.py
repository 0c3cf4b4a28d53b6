"""Trains each fault with each network and several seeds, and a sound twin beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tools.faultlab.lab import NEED_NO_TWIN, is_healthy, is_learning, run_of
from tools.faultlab.logbook import draw_manner, logged
from tools.faultlab.real.faults import FAULTS, Entry
from tools.faultlab.real.tasks import NETS
from tools.faultlab.real.training import RATES, Plan, Running
from tools.faultlab.rules import KINDS, shows
from tools.faultlab.store import write_shard

TRIES = 4  # draws until a fault shows


def make(folder: Path, seeds: range) -> Iterator[tuple[int, str, str, int]]:
    """Write a shard for each seed, fault and network that is not there; yield them and how many logs it has."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    for seed, (place, name), net in product(seeds, enumerate(FAULTS), NETS):
        shard = (seed * len(FAULTS) + place) * len(NETS) + NETS.index(net)
        if net in FAULTS[name].nets and not (folder / f"{shard:05d}.npz").exists():
            runs = _of_fault(name, net, shard)
            write_shard(folder, shard, runs)
            yield seed, name, net, len(runs)


def _of_fault(name: str, net: str, number: int) -> list[dict[str, Any]]:
    for attempt in range(TRIES):
        found = _attempt(name, FAULTS[name], net, np.random.default_rng([number, attempt]))
        if found:
            return [run | {"number": number, "attempt": attempt} for run in found]
    return []


def _attempt(name: str, entry: Entry, net: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    manner = draw_manner(entry.cadences, entry.needs, rng)
    plain = _plan(net, str(rng.choice(entry.optimizers)), rng)
    state, plans, records = rng.bit_generator.state, [], []
    for is_faulty in (True, False):
        rng.bit_generator.state = state
        plan = plain()
        entry.prepare(plan, rng)
        if is_faulty:
            entry.inject(plan, rng)
        plans.append(plan)
        records.append(Running(plan).run())
        if is_faulty and entry.face in NEED_NO_TWIN:
            break
    log = logged(records[0], manner, "loss")
    twin = logged(
        records[-1], replace(manner, cadence="step", stride=1) if manner.cadence == "mean" else manner, "loss"
    )
    if len(records) > 1 and entry.face not in ("noise", "drop", "late") and not is_learning(twin, "loss"):
        return []
    onset = None if plans[0].onset is None else log.row_of(plans[0].onset)
    seen = shows(entry.face, log, twin, "loss", onset)
    if seen is None:
        return []
    about = {"family": f"torch-{net}", "optimizer": plans[0].optimizer, "schedule": "", "cadence": manner.cadence}
    label = {"fault": entry.right[0], "way": name, "accepted": list(entry.right), "face": seen[0]}
    found = [run_of(log, "loss", label | about | {"kinds": list(KINDS[seen[0]]), "onset": int(seen[1])})]
    if len(records) > 1 and is_healthy(twin, "loss"):
        nothing = {"fault": "", "way": name, "accepted": [], "face": "sound", "kinds": [], "onset": 0}
        found.append(run_of(twin, "loss", nothing | about))
    return found


def _plan(net: str, optimizer: str, rng: np.random.Generator) -> Any:
    """A function that makes the same sound plan again and again."""
    seed, steps, batch = int(rng.integers(2**31)), int(rng.integers(150, 400)), int(rng.choice((8, 16, 32)))
    rate = RATES[optimizer] * float(rng.uniform(0.4, 1))
    done = np.arange(steps) / steps
    course = {"constant": 1 + 0 * done, "cosine": 0.01 + 0.99 * (1 + np.cos(np.pi * done)) / 2}
    rates = rate * course[str(rng.choice(("constant", "constant", "cosine")))]
    return lambda: Plan(net, seed, optimizer, steps, batch, rates.copy())
