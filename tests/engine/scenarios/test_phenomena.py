"""Truths in closed form about what the demos show."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.training.endings import EndReason
from engine.training.session import TrainingSession
from tests.engine.training.rows import trained


def _losses(settings: dict, steps: int, seed: int = 0) -> np.ndarray:
    return trained("explosion", steps, seed=seed, settings=settings, probes="none").run.table.values("loss")


def _curvature(seed: int) -> float:
    """Largest eigenvalue of the Hessian of a linear model's mean squared error: 2/n XᵀX with a column of ones."""
    x = TrainingSession("explosion", seed, probes="none").task.inputs.double()
    x = torch.cat([x, torch.ones(len(x), 1)], 1)
    return float(torch.linalg.eigvalsh(2 * x.T @ x / len(x))[-1])


@pytest.mark.parametrize("seed", [10, 11])
def test_the_critical_learning_rate_is_two_over_the_curvature(seed: int) -> None:
    critical = 2 / _curvature(seed)
    assert critical == pytest.approx(6.25e-4, rel=0.05)
    for share, grows in ((0.995, False), (1.005, True)):
        losses = _losses({"lr": share * critical, "batch_size": "full"}, 1000, seed)
        assert (losses[-1] > losses[500]) == grows


def test_beyond_it_the_loss_grows_by_the_factor_that_theory_gives() -> None:
    losses = _losses({"batch_size": "full"}, 30)
    expected = (1 - 1e-3 * _curvature(0)) ** 2
    assert losses[25] / losses[24] == pytest.approx(expected, rel=1e-4)


def test_the_explosion_is_not_finite_within_the_first_epoch_and_then_ends() -> None:
    session = trained("explosion", 1000, seed=10, probes="none")
    losses = session.run.table.values("loss")
    first = int(np.flatnonzero(~np.isfinite(losses))[0])
    assert 40 < first < session.steps_per_epoch
    assert len(losses) == first + 20
    assert session.end_reason is EndReason.NON_FINITE
    assert [warning.text for warning in session.run.warnings] == [EndReason.NON_FINITE.text]


@pytest.mark.parametrize("cure", [{"lr": 1e-4}, {"standardize": True}, {"clip_norm": 100}])
def test_the_known_cures_cure(cure: dict) -> None:
    losses = _losses(cure | {"epochs": 40}, 2520)
    assert losses[-100:].mean() < 0.5 * 420  # half of what a constant prediction gives


@pytest.mark.parametrize(("lr", "ratio"), [(0.01, 0.98**2), (0.12, 0.76**2), (1.1, 1.2**2)])
def test_the_parabola_shrinks_by_its_factor(lr: float, ratio: float) -> None:
    losses = _losses({"data": "parabola", "lr": lr}, 20)
    np.testing.assert_allclose(losses[1:] / losses[:-1], ratio, rtol=1e-4)
    assert losses[0] == pytest.approx(9.0)


def test_the_bowl_is_as_steep_as_it_says() -> None:
    session = TrainingSession("explosion", 0, {"data": "bowl"}, probes="none")
    x = session.task.model.x
    loss = session.task.losses(session.task.model(session.task.inputs), session.task.targets).mean()
    (gradient,) = torch.autograd.grad(loss, x, create_graph=True)
    np.testing.assert_allclose(gradient.detach().numpy(), [50.0 * 1.0, 1.0 * 10.0], rtol=1e-5)
    assert float(torch.autograd.grad(gradient[0], x)[0][0]) == pytest.approx(50.0)


def test_kick_in_waits_and_then_learns() -> None:
    session = trained("kick-in", 400, seed=10, probes="none")
    losses, accuracy = (session.run.table.values(name).reshape(20, 20).mean(1) for name in ("loss", "accuracy"))
    assert (np.abs(losses[:6] - np.log(5)) < 0.02).all()
    assert accuracy[-1] > 0.8


def test_a_network_with_sound_first_weights_does_not_wait() -> None:
    session = trained("kick-in", 60, seed=10, settings={"init": "kaiming"}, probes="none")
    assert session.run.table.values("loss")[-20:].mean() < 0.97 * np.log(5)


def test_a_short_last_batch_with_a_fixed_divisor_dips_by_its_size() -> None:
    session = trained("epoch-spikes", 120, settings={"mechanism": "short_last_batch"}, probes="none")
    losses = session.run.table.values("loss").reshape(3, 40)
    sizes = session.run.table.values("batch_size").reshape(3, 40)
    assert set(sizes[:, -1]) == {47.0}
    np.testing.assert_allclose(losses[:, -1] / losses[:, :-1].mean(1), 47 / 128, rtol=0.15)


def test_a_mechanism_brings_its_settings_and_a_given_one_wins() -> None:
    session = TrainingSession("epoch-spikes", 0, {"mechanism": "short_last_batch", "lr": 0.5}, probes="none")
    assert session.settings["reduction"] == "sum_over_nominal"
    assert session.settings["lr"] == 0.5


def test_samples_that_are_not_shuffled_come_class_after_class() -> None:
    session = TrainingSession("epoch-spikes", 0, {"mechanism": "not_shuffled"}, probes="none")
    assert (session.task.targets.diff() >= 0).all()
    assert session.settings["shuffle"] is False
