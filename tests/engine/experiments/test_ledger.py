"""Progress is compared at equal cost."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest

from engine.experiments.case import Intervention
from engine.experiments.forks import ForkResult
from engine.experiments.ledger import ArmKey, Ledger
from engine.experiments.records import Stage
from engine.experiments.reference import Reference, record


@pytest.fixture(scope="module")
def reference() -> Reference:
    course: Generator = record("explosion", 2)
    while True:
        try:
            next(course)
        except StopIteration as end:
            return end.value


def result(name: str, progress: float) -> ForkResult:
    return ForkResult(name, np.arange(1.0, 9.0), np.ones(8), (), progress, 1.0, 0.1)


@pytest.mark.parametrize("size,progress,counted", [(64, 2.0, 0.5), (4, 1.0, 4.0), (64, -0.5, -0.5), (None, 2.0, 2.0)])
def test_four_times_the_samples_are_four_times_the_cost(reference, size, progress, counted):
    assert reference.case().batch_size == 16
    change = Intervention("batch_size", {"batch_size": size}) if size else Intervention("batch_size", {"lr": 1e-4})
    ledger = Ledger(reference, {"batch_size": change})
    key = ArmKey(Stage.SCREEN, "batch_size", 0)
    ledger.add_control(key.distance, result("control", 0.0))
    ledger.add(key.placebo, result("placebo", -0.5))
    ledger.add(key, result("fork", progress))
    assert ledger.progress(key) == pytest.approx(counted)


def test_which_fork_finished_first_changes_nothing(reference):
    factors = {name: Intervention(name, {"lr": 1e-4}) for name in ("lr", "clip_norm", "batch_size")}
    keys = [ArmKey(Stage.SCREEN, name, 0) for name in ("placebo", *factors)]
    results = [(key, result(key.fork_id(i), 0.1 * i + 1 / 3)) for key in keys for i in range(5)]
    arms = []
    for order in (results, results[::-1], results[7:] + results[:7]):
        ledger = Ledger(reference, factors)
        ledger.add_control(0, result("control", 0.0))
        for key, made in order:
            ledger.add(key, made)
        arms.append(ledger.arms(tried=3))
    assert arms[0] == arms[1] == arms[2]
    assert [arm.factor for arm in arms[0]] == ["placebo", "lr", "clip_norm", "batch_size"]
