from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.probes.second_order import SecondOrder
from engine.training.session import TrainingSession
from tests.engine.probes.moments import Bench, flat_parameters, loss_at, network_task, quadratic_task, sgd


@pytest.mark.parametrize(("lr", "overlength"), [(0.25, 0.5), (0.5, 1.0), (0.6, 1.2)])
def test_a_step_on_a_parabola_is_overlong_beyond_two_over_its_curvature(lr: float, overlength: float) -> None:
    task = quadratic_task([4.0], [3.0])
    row = Bench(task, SecondOrder(), sgd(task, lr)).read()
    assert row["slope_term"] == pytest.approx(-lr * 144)
    assert row["curvature_term"] == pytest.approx(0.5 * lr**2 * 4 * 144)
    assert row["overlength"] == pytest.approx(overlength)
    assert row["taylor_change"] == pytest.approx(row["loss_change"], abs=1e-12)


@pytest.mark.parametrize("rule", [torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop])
def test_the_terms_are_those_of_the_dense_hessian_for_any_optimizer(rule: type[torch.optim.Optimizer]) -> None:
    task, rows = network_task(), slice(0, 5)
    bench = Bench(task, SecondOrder(), rule(task.model.parameters(), lr=0.02))  # type: ignore[call-arg]
    bench.read(rows)
    before = flat_parameters(task)
    row = bench.read(rows)
    step = flat_parameters(task) - before
    gradient = torch.func.grad(lambda p: loss_at(task, p, rows))(before)
    hessian = torch.func.hessian(lambda p: loss_at(task, p, rows))(before)
    assert row["slope_term"] == pytest.approx(float(gradient @ step))
    assert row["curvature_term"] == pytest.approx(float(0.5 * step @ hessian @ step))
    assert row["loss_change"] == pytest.approx(float(loss_at(task, before + step, rows) - loss_at(task, before, rows)))


def test_it_predicts_what_the_loss_of_the_same_mini_batch_does_in_a_diverging_run() -> None:
    session = TrainingSession("explosion", 1, probes=["second_order"], max_steps=12)
    session.probing.set_stride("second_order", 1)
    for _row in session:
        pass
    predicted, measured = (session.run.table.values(c) for c in ("taylor_change", "loss_change"))
    assert (np.sign(predicted) == np.sign(measured)).all()
    assert np.corrcoef(predicted, measured)[0, 1] > 0.9999


def test_a_step_of_length_zero_says_nothing() -> None:
    task = quadratic_task([1.0], [2.0])
    assert Bench(task, SecondOrder(), sgd(task, 0.0)).read() == {}
