from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.probes.sharpness import Sharpness, stability_limit
from engine.training.session import TrainingSession
from overshoot.arithmetic.lanczos import largest_eigenvalue
from tests.engine.probes.moments import Bench, flat_parameters, loss_at, network_task, quadratic_task, sgd


def test_a_quadratic_is_as_sharp_as_its_largest_curvature() -> None:
    task = quadratic_task([7.0, 2.0, 0.5], [1.0, 1.0, 1.0])
    row = Bench(task, Sharpness(), sgd(task, 0.1), optimizer="sgd").read()
    assert row == pytest.approx({"sharpness": 7.0, "stability_limit": 20.0}, rel=1e-3)


@pytest.mark.parametrize(
    ("given_settings", "limit"),
    [
        ({"optimizer": "sgd"}, 20.0),
        ({"optimizer": "momentum", "momentum": 0.9}, 38.0),
        ({"optimizer": "rmsprop"}, 20.0),
        ({"optimizer": "adam", "beta1": 0.9}, 380.0),
        ({"optimizer": "adamw", "beta1": 0.5}, 60.0),
    ],
)
def test_stability_limits(given_settings: dict, limit: float) -> None:
    assert stability_limit(given_settings, 0.1) == pytest.approx(limit)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize(("share", "grows"), [(0.98, False), (1.02, True)])
def test_gradient_methods_leave_a_parabola_just_above_their_limit(optimizer: str, share: float, grows: bool) -> None:
    lr, beta = 0.1, 0.8
    curvature = share * float(stability_limit({"optimizer": optimizer, "momentum": beta, "beta1": beta}, lr) or 0)
    place, velocity = 1.0, 0.0
    sizes = []
    for _step in range(800):
        gradient = curvature * place
        velocity = beta * velocity + (1 - beta) * gradient if optimizer == "adam" else beta * velocity + gradient
        place -= lr * (gradient if optimizer == "sgd" else velocity)
        sizes.append(abs(place))
    assert (max(sizes[-20:]) > max(sizes[:20])) == grows


@pytest.mark.parametrize("rule", [torch.optim.SGD, torch.optim.Adam, torch.optim.RMSprop])
def test_it_is_the_top_eigenvalue_of_the_dense_preconditioned_hessian(rule: type[torch.optim.Optimizer]) -> None:
    task = network_task()
    name = rule.__name__.lower()
    bench = Bench(task, Sharpness(), rule(task.model.parameters(), lr=0.05), optimizer=name)  # type: ignore[call-arg]
    for step in range(1, 4):
        before = flat_parameters(task)
        row = bench.read(slice(0, 5))
        hessian = torch.func.hessian(lambda p: loss_at(task, p))(before)
        # P after the step holds the moments with this step's gradient: those that the probe foresaw.
        scale = 1 / _preconditioner(bench.optimizer, step).sqrt()
        top = torch.linalg.eigvalsh(scale[:, None] * hessian * scale)[-1]
        assert row["sharpness"] == pytest.approx(float(top), rel=0.02)


def _preconditioner(optimizer: torch.optim.Optimizer, step: int) -> torch.Tensor:
    group = optimizer.param_groups[0]
    states = [optimizer.state[p] for p in group["params"]]
    if isinstance(optimizer, torch.optim.Adam):
        beta1, beta2 = group["betas"]
        v = torch.cat([s["exp_avg_sq"].reshape(-1) for s in states]) / (1 - beta2**step)
        return (1 - beta1**step) * (v.sqrt() + group["eps"])
    if isinstance(optimizer, torch.optim.RMSprop):
        return torch.cat([s["square_avg"].reshape(-1) for s in states]).sqrt() + group["eps"]
    return torch.ones(sum(p.numel() for p in group["params"]), dtype=torch.float64)


def test_at_the_edge_of_stability_it_is_within_two_percent_of_a_converged_eigensolver() -> None:
    session = TrainingSession("edge-of-stability", 3, probes=["sharpness"], max_steps=330)
    probe = session.probing.probes["sharpness"]
    for step in range(1, 331):
        before = [p.detach().clone() for p in session.task.model.parameters()]
        next(session)
        if step in (1, 64, 161, 321):
            assert probe.state()
            read = session.run.table.values("sharpness")[-1]
            assert read == pytest.approx(_by_many_products(session, before), rel=0.02)


def _by_many_products(session: TrainingSession, weights: list[torch.Tensor]) -> float:
    """Scipy's ARPACK on products by forward-over-reverse differentiation: nothing in common with the probe."""
    from scipy.sparse.linalg import LinearOperator, eigsh

    flat = torch.cat([w.reshape(-1) for w in weights])
    gradient = torch.func.grad(lambda p: loss_at(session.task, p))

    def times(vector: np.ndarray) -> np.ndarray:
        direction = torch.from_numpy(vector.reshape(-1)).float()
        return torch.func.jvp(gradient, (flat,), (direction,))[1].double().numpy()

    operator = LinearOperator((len(flat), len(flat)), matvec=times, dtype=np.float64)
    # Fixed: a newly drawn one may have hardly any component along the top eigenvector.
    start = np.random.default_rng(0).standard_normal(len(flat))
    return float(eigsh(operator, 1, which="LA", v0=start, ncv=40, tol=1e-4, return_eigenvectors=False)[0])


def test_explosion_has_the_sharpness_of_its_exact_hessian() -> None:
    session = TrainingSession("explosion", 2, probes=["sharpness"], max_steps=1)
    next(session)
    features = session.task.inputs.double()
    whole = torch.cat([features, torch.ones(len(features), 1, dtype=torch.float64)], 1)
    top = torch.linalg.eigvalsh(2 * whole.T @ whole / len(whole))[-1]
    assert session.run.table.values("sharpness")[0] == pytest.approx(float(top), rel=1e-3)


def test_large_data_give_an_estimate_in_its_own_column_without_a_limit() -> None:
    task = network_task(samples=1300)
    row = Bench(task, Sharpness(), sgd(task, 0.1), optimizer="sgd").read(slice(0, 8))
    assert set(row) == {"sharpness_estimate"}


def test_weights_that_are_not_finite_have_no_sharpness() -> None:
    task = quadratic_task([1.0, 2.0], [float("inf"), 1.0])
    assert Bench(task, Sharpness(), sgd(task, 0.1), optimizer="sgd").read() == {}


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=12), st.integers(0, 1000))
@settings(max_examples=60)
def test_lanczos_with_as_many_products_as_dimensions_finds_the_top_eigenvalue(values: list[float], seed: int) -> None:
    draw = np.random.default_rng(seed)
    turn = np.linalg.qr(draw.standard_normal((len(values), len(values))))[0]
    matrix = turn @ np.diag(values) @ turn.T
    found = largest_eigenvalue(lambda v: matrix @ v, draw.standard_normal(len(values)), len(values), 1e-12)
    assert found is not None
    assert found[0] == pytest.approx(max(values), abs=1e-6)
    assert found[0] <= np.linalg.eigvalsh(matrix)[-1] + 1e-9


@pytest.mark.parametrize(("share", "diverges"), [(0.99, False), (1.01, True)])
def test_full_batch_training_diverges_within_one_percent_of_two_over_its_reading(share: float, diverges: bool) -> None:
    session = TrainingSession("explosion", 6, {"batch_size": "full"}, ["sharpness"], 1)
    next(session)
    lr = share * 2 / session.run.table.values("sharpness")[0]
    session = TrainingSession("explosion", 6, {"batch_size": "full", "lr": lr}, "none", 400)
    for _row in session:
        pass
    loss = session.run.table.values("loss")
    assert (loss[-1] > loss[0]) == diverges


def test_it_is_taken_on_the_targets_that_are_trained_on() -> None:
    readings = []
    for share in (0.0, 0.5):
        session = TrainingSession("edge-of-stability", 0, {"label_noise": share}, ["sharpness"], 1)
        next(session)
        readings.append(session.run.table.values("sharpness")[0])
    assert readings[0] != readings[1]
