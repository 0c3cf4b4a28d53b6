"""Simulated healthy losses with wide random ranges: nothing happens in them, whatever they look like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.signal import lfilter

from engine.run import Origin, OriginKind, Run
from engine.series import LossSeries
from engine.table import Floats, MetricTable
from tools.judging.corpora import Label, Labelled

COUNT = 150
SHORTEST, LONGEST = 20, 12_000  # points
# Whether a labeller would call a large scatter fluctuating is not known, nor whether a flat start is a plateau.
LABELS = (
    Label("healthy", None, "sure"),
    Label("fluctuation", None, "unsure"),
    Label("plateau", None, "unsure"),
    Label("stalled", None, "unsure"),
)


def simulated(count: int = COUNT) -> Iterator[tuple[Labelled, Run]]:
    """Healthy series, each an owner of its own, with the run that stands for its file."""
    for seed in range(count):
        loss = healthy(np.random.default_rng([seed, 14]))
        table = MetricTable()
        table.extend({"step": np.arange(len(loss), dtype=float), "loss": loss})
        run = Run(f"simulated {seed}", table, (LossSeries("loss"),), Origin(OriginKind.LOG), x="step")
        yield (
            Labelled(Path("simulated") / "series" / str(seed), f"simulated/{seed}", LABELS, len(loss) - 1.0, False),
            run,
        )


def healthy(rng: np.random.Generator) -> Floats:
    """A falling loss: a power law, exponentials or a cosine's end, with noise of some colour, logged in some way."""
    points = int(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
    every = int(rng.integers(1, 4))
    age = np.arange(points * every) / (points * every)
    level = _level(rng, age)
    loss = level * np.exp(_noise(rng, len(age)) * 10 ** rng.uniform(-2.5, -0.5))
    if rng.random() < 0.3:
        window = int(rng.integers(2, 12))
        loss = lfilter(np.ones(window) / window, [1.0], loss - loss[0]) + loss[0]
    loss = loss[::every]
    return np.round(loss, int(rng.integers(2, 5))) if rng.random() < 0.5 and loss.min() > 0.1 else loss


def _level(rng: np.random.Generator, age: Floats) -> Floats:
    kind = rng.integers(0, 4)
    floor = rng.uniform(0.0, 0.5)
    if kind == 0:
        return floor + (1 + age * 10 ** rng.uniform(1, 4)) ** -rng.uniform(0.1, 0.8)
    if kind == 1:
        return (
            floor + 0.02 + np.exp(-rng.uniform(3, 60) * age) + rng.uniform(0, 0.6) * np.exp(-rng.uniform(0.5, 4) * age)
        )
    if kind == 2:
        return floor + 0.05 + 0.5 * (1 + np.cos(np.pi * age)) * rng.uniform(0.2, 1) + np.exp(-30 * age)
    return 0.05 + floor + rng.uniform(0.02, 0.5) * (1 - age)


def _noise(rng: np.random.Generator, points: int) -> Floats:
    kind = rng.integers(0, 4)
    if kind == 0:
        return rng.standard_normal(points)
    if kind == 1:
        return rng.standard_t(rng.uniform(3, 8), points)
    if kind == 2:
        return rng.laplace(size=points) / np.sqrt(2)
    memory = rng.uniform(0.3, 0.97)
    return lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(points + 200))[200:]
