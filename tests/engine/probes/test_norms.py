from __future__ import annotations

import math

import pytest
import torch

from engine.probes.layer_norms import LayerNorms
from engine.probes.norms import Norms
from tests.engine.probes.moments import Bench, flat_parameters, loss_at, network_task, quadratic_task, sgd


def test_norms_of_a_quadratic_are_those_of_its_closed_form() -> None:
    task = quadratic_task([2.0, 1.0], [3.0, 4.0])
    row = Bench(task, Norms(), sgd(task, 0.1)).read()
    gradient = math.hypot(6.0, 4.0)
    assert row["grad_norm"] == pytest.approx(gradient)
    assert row["weight_norm"] == pytest.approx(5.0)
    assert row["update_norm"] == pytest.approx(0.1 * gradient)
    assert row["update_ratio"] == pytest.approx(0.1 * gradient / 5)


def test_norms_equal_those_of_the_flat_vectors() -> None:
    task = network_task()
    before = flat_parameters(task).requires_grad_()
    gradient = torch.autograd.grad(loss_at(task, before, slice(0, 5)), before)[0]
    row = Bench(task, Norms(), torch.optim.Adam(task.model.parameters(), 0.1)).read(slice(0, 5))
    assert row["grad_norm"] == pytest.approx(float(gradient.norm()))
    assert row["update_norm"] == pytest.approx(float((flat_parameters(task) - before.detach()).norm()))


def test_layers_add_up_to_the_whole() -> None:
    task = network_task()
    whole = Bench(task, Norms(), sgd(task, 0.1)).read()
    task = network_task()
    parts = Bench(task, LayerNorms(), sgd(task, 0.1)).read()
    total = math.hypot(parts["grad_norm/linear1"], parts["grad_norm/linear2"])
    assert total == pytest.approx(whole["grad_norm"])
    moved = [parts[f"update_ratio/linear{i}"] * parts[f"weight_norm/linear{i}"] for i in (1, 2)]
    assert math.hypot(*moved) == pytest.approx(whole["update_norm"])


def test_weights_of_length_zero_have_no_ratio() -> None:
    task = quadratic_task([1.0], [0.0])
    assert "update_ratio" not in Bench(task, Norms(), sgd(task, 0.1)).read()


def test_a_frozen_layer_is_left_out_and_the_rest_is_measured() -> None:
    task = network_task()
    task.model[0].requires_grad_(False)
    row = Bench(task, LayerNorms(), sgd(task, 0.1)).read()
    assert "grad_norm/linear1" not in row
    assert row["grad_norm/linear2"] > 0
