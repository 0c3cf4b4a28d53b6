from __future__ import annotations

import numpy as np
import pytest

from engine.probes.risk import risks
from engine.table import MetricTable
from engine.training.session import TrainingSession


def _keys(table: MetricTable, **settings: str) -> list[str]:
    return [risk.key for risk in risks(table, settings)]


@pytest.mark.parametrize(("lr", "is_sharp"), [(1e-3, True), (1e-4, False)])
def test_explosion_stands_beyond_its_limit_from_the_first_step_and_the_working_rate_does_not(
    lr: float, is_sharp: bool
) -> None:
    session = TrainingSession("explosion", 0, {"lr": lr}, max_steps=1)
    next(session)
    assert _keys(session.run.table) == ["sharp"] * is_sharp


def test_the_line_of_a_long_step_is_the_optimizers_own() -> None:
    table = MetricTable()
    table.extend({"loss": np.ones(30), "update_rms": np.full(30, 1.2)})
    assert _keys(table, optimizer="rmsprop") == ["long_step"]
    assert _keys(table, optimizer="adam") == []
    table.append({"loss": 1.0, "update_rms": 2.5})
    assert _keys(table, optimizer="adam") == ["long_step_of_adam"]


def test_a_growing_gradient_counts_only_while_the_loss_is_flat() -> None:
    flat, falling = MetricTable(), MetricTable()
    gradient = np.geomspace(1e-7, 1e-5, 60)
    flat.extend({"loss": np.full(60, 1.6), "grad_rms/conv1": gradient})
    falling.extend({"loss": np.linspace(1.6, 0.5, 60), "grad_rms/conv1": gradient})
    assert _keys(flat) == ["growing_signal"]
    assert _keys(falling) == []


def test_gradients_below_eps_are_said_with_the_layer() -> None:
    table = MetricTable()
    over = {"grad_over_eps/conv1": np.full(40, 0.004), "grad_over_eps/fc": np.full(40, 50.0)}
    table.extend({"loss": np.full(40, 1.6), **over})
    (risk,) = risks(table, {})
    assert (risk.key, risk.column) == ("below_eps", "grad_over_eps/conv1")
    assert risk.text and risk.record


def test_a_log_without_probes_has_no_risk_state() -> None:
    table = MetricTable()
    assert risks(table, {}) == ()
    table.extend({"loss": np.ones(50)})
    assert risks(table, {"optimizer": "adam"}) == ()
