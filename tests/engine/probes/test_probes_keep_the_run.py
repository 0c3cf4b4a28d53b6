"""The contract that every probe keeps, over what discovery finds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
import torch

from engine.probes.base import EARLY, all_probes, is_due
from engine.probes.probing import Probing, chosen
from engine.scenarios.base import all_scenarios
from engine.tasks.settings import SettingError
from engine.training.session import TrainingSession
from overshoot.arithmetic import sharpness

SCENARIOS, PROBES = sorted(all_scenarios()), sorted(all_probes())
STEPS, STRIDE = 8, 7


@pytest.fixture(scope="module", autouse=True)
def few_products() -> Iterator[None]:
    """Whether a reading converges does not matter here, only what it leaves behind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharpness, "COLD_PRODUCTS", 2)
        patch.setattr(sharpness, "WARM_PRODUCTS", 2)
        yield


def _trained(scenario: str, probes: str, **settings: object) -> TrainingSession:
    session = TrainingSession(scenario, 5, settings, probes=probes, max_steps=STEPS)
    for name in session.probing.probes:
        session.probing.set_stride(name, STRIDE)
    for _row in session:
        pass
    return session


@cache
def _probed(scenario: str) -> TrainingSession:
    return _trained(scenario, "all")


def _outcome(session: TrainingSession) -> tuple[list[bytes], bytes]:
    weights = [value.numpy().tobytes() for value in session.task.model.state_dict().values()]
    return weights, session.run.table.values("loss").tobytes()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_with_all_probes_loss_weights_and_buffers_are_the_same_bit_for_bit(scenario: str) -> None:
    before = torch.get_rng_state()
    probed = _probed(scenario)
    assert torch.equal(torch.get_rng_state(), before)
    assert _outcome(probed) == _outcome(_trained(scenario, "none"))


@pytest.mark.parametrize("probe", PROBES)
def test_running_statistics_and_dropout_masks_are_left_alone(probe: str) -> None:
    for scenario, knob in (("kick-in", {"normalization": "batch"}), ("healthy", {"dropout": 0.3})):
        assert _outcome(_trained(scenario, probe, **knob)) == _outcome(_trained(scenario, "none", **knob))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_probe_reads_its_own_columns_or_says_why_not(scenario: str) -> None:
    session = _probed(scenario)
    written = set(session.run.table.columns)
    for name, probe in session.probing.probes.items():
        mine = [c for c in probe.columns if c in written or any(w.startswith(c.removesuffix("*")) for w in written)]
        assert bool(mine) != (name in session.probing.reasons), name
    families = {c.removesuffix("*") for p in session.probing.probes.values() for c in p.columns}
    known = {"step", "epoch", "time", "loss", "lr", "batch_size", "accuracy"}
    assert all(c in known | families or f"{c.split('/')[0]}/" in families for c in written)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_probe_stops_a_run_that_is_no_longer_finite(scenario: str) -> None:
    session = TrainingSession(scenario, 0, probes="all", max_steps=6)
    for name in session.probing.probes:
        session.probing.set_stride(name, 1)
    next(session)
    with torch.no_grad():
        for parameter in session.task.model.parameters():
            parameter.fill_(float("nan"))
    for _row in session:
        pass
    assert session.step == 6


def test_frozen_and_single_sample_models_are_measured_as_far_as_they_can_be() -> None:
    session = TrainingSession("healthy", 0, {"batch_size": 1}, probes="all", max_steps=3)
    next(iter(session.task.model.parameters())).requires_grad_(False)
    probing = Probing("healthy", session.settings, session.task, "all")
    for name in probing.probes:
        probing.set_stride(name, 1)
    session.probing = probing
    for _row in session:
        pass
    assert session.run.table.count("sharpness_estimate") == 3
    assert "noise_scale" in probing.reasons


@pytest.mark.parametrize("cut", [4, 7])
def test_readings_go_on_from_a_checkpoint_as_if_nothing_had_been(cut: int) -> None:
    def session(**more: object) -> TrainingSession:
        return TrainingSession("late-rise", 1, probes="all", max_steps=12, **more)  # type: ignore[arg-type]

    def all_due(s: TrainingSession) -> TrainingSession:
        for name in s.probing.probes:
            s.probing.set_stride(name, 2)
        return s

    whole, first = all_due(session()), all_due(session())
    for _row in whole:
        pass
    for _step in range(cut):
        next(first)
    second = TrainingSession.resume(first.checkpoint())
    for _row in second:
        pass
    for column in ("sharpness", "noise_scale", "gradient_variance", "update_rms"):
        if column in second.run.table:
            expected = whole.run.table.series(column)
            np.testing.assert_array_equal(second.run.table.values(column), expected.values[expected.rows >= cut])


@pytest.mark.parametrize("name", PROBES)
def test_each_says_what_it_is_what_it_costs_and_how_its_numbers_are_made(name: str) -> None:
    probe = all_probes()[name]
    assert probe.title and probe.about and probe.cost and probe.quantities and probe.explains
    for quantity in probe.quantities:
        assert quantity.title and quantity.formula
        assert quantity.limit in (None, "batch_size", *(q.column for q in probe.quantities))


def test_columns_belong_to_one_probe() -> None:
    columns = [q.column for probe in all_probes().values() for q in probe.quantities]
    assert len(columns) == len(set(columns))


@pytest.mark.parametrize("stride", [1, 10, 100])
def test_the_schedule_is_a_pure_function_of_the_step(stride: int) -> None:
    due = [step for step in range(1, 400) if is_due(step, stride)]
    assert due == sorted(set(range(1, 400, stride)) | {s for s in EARLY if s < stride})


def test_an_unknown_probe_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="sharpnes"):
        chosen("explosion", "sharpnes")


def test_the_default_set_can_be_widened() -> None:
    assert set(chosen("explosion", "default,weights")) == set(chosen("explosion", "default")) | {"weights"}


def test_finding_the_probes_loads_no_torch() -> None:
    code = "import sys; from engine.probes.base import all_probes; all_probes(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
