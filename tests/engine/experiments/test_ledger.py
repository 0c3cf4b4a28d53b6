"""Progress is compared at equal cost."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import pytest

from engine.experiments.case import Intervention
from engine.experiments.forks import ForkResult
from engine.experiments.ledger import ArmKey, Ledger
from engine.experiments.records import Stage
from engine.experiments.reference import Reference, record
from engine.experiments.statistics import Count, p_value


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


@pytest.mark.parametrize("stage,tried", [(Stage.SCREEN, 9), (Stage.CONFIRM, 2)])
def test_what_is_confirmed_is_corrected_for_what_is_confirmed_alone(reference, stage, tried):
    factors = {name: Intervention(name, {"lr": 1e-4}) for name in ("lr", "clip_norm")}
    ledger = Ledger(reference, factors)
    ledger.add_control(0, result("control", 0.0))
    for name in ("placebo", *factors):
        key = ArmKey(stage, name, 0)
        for i in range(6):
            made = result(key.fork_id(i), 1.0)
            ledger.add(key, made if name == "lr" else replace(made, onsets=(3,)))
    arms = {arm.factor: arm for arm in ledger.arms(tried=9)}
    assert (arms["lr"].clean, arms["placebo"].clean, arms["clip_norm"].clean) == (6, 0, 0)
    assert arms["lr"].p == pytest.approx(tried * p_value(Count(6, 6), Count(0, 6)))
