"""A resumed run is the same run, including rows, changes and later turns."""

from __future__ import annotations

import numpy as np

from engine.training.checkpoints import Checkpoint
from engine.training.session import TrainingSession

STEPS = 40


def test_a_resumed_run_is_the_one_that_was_not_interrupted() -> None:
    whole = TrainingSession("healthy", 3, max_steps=STEPS)
    for _row in range(10):
        next(whole)
    whole.turn("lr", 0.02)
    for _row in range(10):
        next(whole)
    kept = whole.checkpoint().to_bytes()
    for _row in range(5):
        next(whole)
    whole.turn("lr", 0.01)
    for _row in whole:
        pass
    resumed = TrainingSession.resume(Checkpoint.from_bytes(kept), before=whole.run)
    assert len(resumed.run.table) == 20
    for _row in resumed:
        pass
    assert resumed.run.id == whole.run.id
    assert resumed.run.settings == whole.run.settings
    assert resumed.run.changes == whole.run.changes
    assert set(resumed.run.table.columns) == set(whole.run.table.columns)
    for name in set(whole.run.table.columns) - {"time"}:
        old, new = whole.run.table.series(name), resumed.run.table.series(name)
        assert np.array_equal(old.rows, new.rows), name
        assert np.array_equal(old.values, new.values, equal_nan=True), name
