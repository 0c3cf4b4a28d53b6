from __future__ import annotations

import math

import pytest
import torch

from engine.probes.optimizer_state import OptimizerState
from overshoot.arithmetic.preconditioner import ceiling
from tests.engine.probes.moments import Bench, flat_parameters, network_task, quadratic_task


def test_the_first_step_of_rmsprop_is_at_its_ceiling() -> None:
    task = quadratic_task([2.0, 5.0], [1.0, -3.0])
    rule = torch.optim.RMSprop(task.model.parameters(), lr=0.01, alpha=0.9, eps=0.0)
    row = Bench(task, OptimizerState(), rule, optimizer="rmsprop").read()
    assert row["update_rms"] == pytest.approx(1 / math.sqrt(0.1))
    assert row["update_rms_ceiling"] == pytest.approx(1 / math.sqrt(0.1))
    assert row["denominator_lag"] == pytest.approx(1 / math.sqrt(0.1))


def test_the_first_step_of_adam_has_length_one_everywhere() -> None:
    task = quadratic_task([2.0, 5.0], [1.0, -3.0])
    row = Bench(task, OptimizerState(), torch.optim.Adam(task.model.parameters()), optimizer="adam").read()
    assert row["update_rms"] == pytest.approx(1.0)
    assert row["update_rms_ceiling"] == pytest.approx(1.0)
    assert row["denominator_median"] == pytest.approx(2.0)  # |gradients| are 2 and 15; torch takes the lower middle


@pytest.mark.parametrize("amsgrad", [False, True])
def test_the_relative_step_foretells_the_step_that_adam_takes(amsgrad: bool) -> None:
    task = network_task()
    rule = torch.optim.Adam(task.model.parameters(), lr=0.03, betas=(0.5, 0.9), amsgrad=amsgrad)
    bench = Bench(task, OptimizerState(), rule, optimizer="adam")
    for _step in range(4):
        before = flat_parameters(task)
        row = bench.read(slice(0, 4))
        step = (flat_parameters(task) - before) / 0.03
        assert row["update_rms"] == pytest.approx(float(step.square().mean().sqrt()), rel=1e-6)


def test_the_relative_step_foretells_the_step_that_rmsprop_takes() -> None:
    task = network_task()
    bench = Bench(task, OptimizerState(), torch.optim.RMSprop(task.model.parameters(), 0.02), optimizer="rmsprop")
    for _step in range(3):
        before = flat_parameters(task)
        row = bench.read(slice(0, 4))
        step = (flat_parameters(task) - before) / 0.02
        assert row["update_rms"] == pytest.approx(float(step.square().mean().sqrt()), rel=1e-6)


def test_what_clipping_takes_away_does_not_reach_the_moments() -> None:
    task = quadratic_task([1.0], [10.0])
    rule = torch.optim.RMSprop(task.model.parameters(), lr=0.01, alpha=0.75, eps=0.0)
    row = Bench(task, OptimizerState(), rule, optimizer="rmsprop", clip_norm=2.0).read()
    assert row["denominator_median"] == pytest.approx(0.5 * 2.0)


@pytest.mark.parametrize(("beta1", "beta2", "steps"), [(0.9, 0.999, 30), (0.5, 0.999, 12), (0.0, 0.9, 40)])
def test_no_gradients_lift_adam_above_its_ceiling_and_the_worst_reach_it(
    beta1: float, beta2: float, steps: int
) -> None:
    draw = torch.Generator().manual_seed(1)
    worst = [(beta1 / beta2) ** (steps - 1 - k) for k in range(steps)]  # where Cauchy-Schwarz is an equality
    sequences = [worst, *torch.randn(50, steps, generator=draw).tolist()]
    reached = [_relative(sequence, beta1, beta2) for sequence in sequences]
    assert max(reached) == pytest.approx(ceiling(beta1, beta2, steps))
    assert reached[0] == max(reached)


def _relative(gradients: list[float], beta1: float, beta2: float) -> float:
    m = v = 0.0
    for g in gradients:
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    steps = len(gradients)
    return abs(m) / (1 - beta1**steps) / math.sqrt(v / (1 - beta2**steps))


def test_gradient_descent_has_no_second_moment_and_says_so() -> None:
    assert OptimizerState().applies_to("any", {"optimizer": "sgd"})
    assert OptimizerState().applies_to("any", {"optimizer": "rmsprop"}) is None
