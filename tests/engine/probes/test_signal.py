from __future__ import annotations

import pytest
import torch

from engine.probes.layers import layers
from engine.probes.signal import Signal
from engine.training.session import TrainingSession
from tests.engine.probes.moments import Bench, network_task, quadratic_task, sgd


def test_the_signal_is_the_spread_between_samples_of_what_a_layer_puts_out() -> None:
    task = network_task(samples=10)
    with torch.no_grad():
        first, second = task.model[0](task.inputs), task.model(task.inputs)
    row = Bench(task, Signal(), sgd(task, 0.1)).read(slice(0, 4))
    assert row["signal/linear1"] == pytest.approx(float(first.std(0).mean()))
    assert row["signal/linear2"] == pytest.approx(float(second.std(0).mean()))


def test_biases_do_not_count_as_signal() -> None:
    task = network_task()
    with torch.no_grad():
        task.model[0].weight.zero_()
    row = Bench(task, Signal(), sgd(task, 0.1)).read()
    assert row["signal/linear1"] == pytest.approx(0.0, abs=1e-12)


def test_gradient_scales_are_those_of_the_weights_and_count_in_units_of_eps_where_it_is_used() -> None:
    task = network_task()
    rule = torch.optim.Adam(task.model.parameters(), eps=1e-3)
    bench = Bench(task, Signal(), rule, optimizer="adam", eps=1e-3)
    row = bench.read(slice(0, 6))
    gradient = task.model[0].weight.grad
    assert row["grad_rms/linear1"] == pytest.approx(float(gradient.square().mean().sqrt()))
    assert row["grad_over_eps/linear1"] == pytest.approx(1000 * row["grad_rms/linear1"])
    task = network_task()
    assert not any(c.startswith("grad_over") for c in Bench(task, Signal(), sgd(task, 1.0), eps=1e-3).read())


def test_it_leaves_no_hook_behind() -> None:
    task = network_task()
    bench = Bench(task, Signal(), sgd(task, 0.1))
    bench.read()
    assert bench.moment is not None
    assert not any(module._forward_hooks for module in bench.moment.twin.model.modules())
    assert not any(module._forward_hooks for module in task.model.modules())


def test_before_the_kick_in_the_first_layers_gradient_has_grown_tenfold() -> None:
    session = TrainingSession("kick-in", 0, probes=["signal"], max_steps=161)
    for _row in session:
        pass
    table = session.run.table
    assert next(iter(layers(session.task.model))) == "conv1"
    gradient = table.values("grad_rms/conv1")
    assert gradient[-1] > 10 * gradient.min()
    assert table.values("loss")[-20:].mean() > 0.95 * table.values("loss")[:20].mean()


def test_it_says_where_there_is_nothing_to_propagate() -> None:
    assert Signal().applies_to("any", {}, quadratic_task([1.0], [1.0]))
    assert Signal().applies_to("any", {}, network_task(samples=1))
    assert Signal().applies_to("any", {}, network_task()) is None
