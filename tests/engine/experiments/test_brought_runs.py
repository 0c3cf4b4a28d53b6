"""How much of a brought training a proof looks at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.brought.source import Brought, BroughtFile, Described
from engine.events import EventKind
from engine.experiments.brought_runs import add_rows, reference_of
from engine.experiments.fork_jobs import COLUMNS
from engine.experiments.reference import first_reported
from engine.table import MetricTable


@pytest.mark.parametrize("scatter", [0.001, 0.006])
@pytest.mark.parametrize("steps", [300, 900])
def test_of_a_loss_that_stands_still_the_whole_training_is_looked_at(steps: int, scatter: float) -> None:
    table = MetricTable(COLUMNS)
    losses = 1.386 + scatter * np.random.default_rng(3).standard_normal(steps)
    add_rows(table, {"step": list(range(1, steps + 1)), "loss": losses.tolist()})
    brought = Brought(BroughtFile(Path("mine.py"), "python", ""), Described({}))
    found = reference_of(brought, 0, table, [], {}, {}, None, 0)
    assert (found.event.kind, found.horizon) == (EventKind.STALLED, steps)
    of_a_demo = first_reported(table, found.event, steps)
    assert of_a_demo is not None
    assert of_a_demo[1] < steps
