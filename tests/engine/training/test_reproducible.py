"""Law 4: the same scenario, settings and seed give the same table, wherever and however often it runs."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
import torch

from engine.scenarios.base import all_scenarios
from engine.tasks.settings import OPTIMIZERS
from engine.training.checkpoints import Checkpoint
from engine.training.session import TrainingSession
from tests.engine.training.rows import Cells, assert_equal, cells, trained

STEPS = 24
SCENARIOS = sorted(all_scenarios())


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_run_can_be_repeated_bit_for_bit(scenario: str) -> None:
    one, other = (cells(trained(scenario, STEPS, seed=4).run.table) for _ in range(2))
    assert_equal(one, other)
    assert len(one["loss"][1]) == STEPS


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_another_seed_gives_another_run(scenario: str) -> None:
    first, second = (trained(scenario, 3, seed=seed, probes="none").run.table.values("loss") for seed in (4, 5))
    assert not np.array_equal(first, second)


def test_two_interleaved_runs_equal_each_run_alone() -> None:
    names = ("late-rise", "explosion")
    sessions = [TrainingSession(name, 2, {"shuffle": True}, max_steps=STEPS) for name in names]
    for _step in range(STEPS):
        for session in sessions:
            next(session)
    for name, session in zip(names, sessions, strict=True):
        assert_equal(cells(session.run.table), cells(trained(name, STEPS, seed=2).run.table))


def _elsewhere(scenario: str) -> Cells:
    return cells(trained(scenario, STEPS, seed=6, probes="all").run.table)


@pytest.mark.parametrize("threads", ["1", "2"])
def test_a_spawned_process_gives_the_same_table(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What the environment allows linear algebra must not show in the last digit of any reading.
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        for scenario in ("kick-in", "late-rise"):
            assert_equal(pool.submit(_elsewhere, scenario).result(), _elsewhere(scenario))


def test_another_thread_gives_the_same_table() -> None:
    with ThreadPoolExecutor(1) as pool:
        for scenario in ("kick-in", "fluctuation"):
            assert_equal(pool.submit(_elsewhere, scenario).result(), _elsewhere(scenario))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_probes_change_nothing(scenario: str) -> None:
    bare = cells(trained(scenario, STEPS, seed=1, probes="none").run.table)
    probed = cells(trained(scenario, STEPS, seed=1, probes="all").run.table)
    assert_equal(bare, {name: probed[name] for name in bare})


def test_global_generators_are_left_alone() -> None:
    states = torch.random.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()  # noqa: NPY002
    trained("late-rise", 10, settings={"dropout": 0.2, "label_noise": 0.3})
    trained("kick-in", 10, settings={"normalization": "batch", "init": "kaiming"}, probes="all")
    assert torch.equal(states[0], torch.random.get_rng_state())
    assert np.array_equal(states[1], np.random.get_state()[1])  # noqa: NPY002
    assert states[2] == random.getstate()


def _resumed(session: TrainingSession, tmp_path) -> TrainingSession:
    path = tmp_path / "checkpoint.pt"
    session.checkpoint().save(path)
    resumed = TrainingSession.resume(Checkpoint.load(path))
    for _row in resumed:
        pass
    return resumed


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_resumed_run_goes_on_bit_for_bit_in_mid_epoch(scenario: str, tmp_path) -> None:
    whole = TrainingSession(scenario, 3, max_steps=STEPS)
    for _step in range(11):
        next(whole)
    resumed = _resumed(whole, tmp_path)
    for _row in whole:
        pass
    assert_equal(cells(whole.run.table, 11), cells(resumed.run.table))


@pytest.mark.parametrize("amsgrad", [False, True])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_resumes_with_a_turned_knob(optimizer: str, amsgrad: bool, tmp_path) -> None:
    settings = {"optimizer": optimizer, "amsgrad": amsgrad, "dropout": 0.1, "loss_logging": "running_mean"}
    settings |= {"schedule": "cosine", "clip_update": 0.5, "clip_norm": 2.0, "weight_decay": 0.01}
    injections = {20: {"lr": 0.01}, 22: {"batch_size": 64}}
    whole = TrainingSession("late-rise", 3, settings, max_steps=40, injections=injections)
    for _step in range(10):
        next(whole)
    whole.turn("lr", 5e-3)
    whole.turn("batch_size", 16)
    resumed = _resumed(whole, tmp_path)
    for _row in whole:
        pass
    assert_equal(cells(whole.run.table, 10), cells(resumed.run.table))
    assert resumed.settings == whole.settings
    assert resumed.settings["batch_size"] == 64


def test_one_checkpoint_serves_many_forks() -> None:
    session = trained("late-rise", 9)
    checkpoint = session.checkpoint()
    forks = [TrainingSession.resume(checkpoint, max_steps=20) for _ in range(2)]
    tables = []
    for fork in forks:
        for _row in fork:
            pass
        tables.append(cells(fork.run.table))
    assert_equal(*tables)


def test_a_fork_differs_from_its_first_step_on_where_a_setting_is_given() -> None:
    checkpoint = trained("late-rise", 9).checkpoint()
    plain, changed = (TrainingSession.resume(checkpoint, given, max_steps=12) for given in ({}, {"lr": 0.1}))
    for session in (plain, changed):
        for _row in session:
            pass
    one, other = (s.run.table.values("loss") for s in (plain, changed))
    assert one[0] == other[0]  # the loss of a row is that before its update
    assert one[1] != other[1]
    assert [(c.step, c.key, c.before, c.after) for c in changed.run.changes] == [(10, "lr", 3e-3, 0.1)]
