"""Draw curves of all kinds, by number: one number is one curve, whatever else is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.discovery import discover
from engine.run import Origin, OriginKind, Run
from engine.series import pair
from engine.table import MetricTable
from tools.judging.corpora import Label, Labelled
from tools.judging.simulated.base import Kind
from tools.judging.writing import Curve

COUNT = 150


def kinds_of_curves() -> dict[str, type[Kind]]:
    return discover("tools.judging.simulated.curves", Kind)


def curve(number: int, seed: int = 0, only_healthy: bool = False) -> Curve:
    """The curve of a number."""
    rng = np.random.default_rng([number, seed, 14])
    kinds = [kind for kind in kinds_of_curves().values() if kind.is_healthy or not only_healthy]
    shares = np.array([kind.share for kind in kinds])
    kind = kinds[rng.choice(len(kinds), p=shares / shares.sum())]()
    x, columns, labels = kind.draw(rng)
    return Curve(f"{number:05}", f"simulated-{number:05}/{kind.name}", x, columns, labels, kind.name)


def drawn(count: int, seed: int = 0) -> Iterator[Curve]:
    """So many curves."""
    yield from (curve(number, seed) for number in range(count))


def simulated(count: int = COUNT, seed: int = 0, only_healthy: bool = False) -> Iterator[tuple[Labelled, Run]]:
    """So many curves, each an owner of its own, with the run that stands for its file."""
    for number in range(count):
        one = curve(number, seed, only_healthy)
        table = MetricTable()
        table.extend({"step": one.x, **one.columns})
        run = Run(f"simulated {number}", table, pair(list(one.columns)), Origin(OriginKind.LOG), x="step")
        labels = tuple(Label(label.kind, label.start, label.certainty) for label in one.labels)
        place = Path("simulated") / "series" / one.name
        is_paired = len(one.columns) > 1
        yield Labelled(place, one.owner.partition("/")[0], labels, float(np.ptp(one.x)) or 1.0, is_paired), run
