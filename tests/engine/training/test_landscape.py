from __future__ import annotations

from collections.abc import Generator

import numpy as np
import pytest
import torch

from engine.probes.trajectory import MOST_POINTS, Trajectory
from engine.probes.valley import valley
from engine.training.landscape import LandscapeError, LineScan, PlaneScan, line, scan_line, scan_plane
from engine.training.session import TrainingSession
from tests.engine.probes.moments import flat_parameters, network_task, quadratic_task


def _finished(scan: Generator) -> tuple[list[float], LineScan | PlaneScan]:
    shares = []
    while True:
        try:
            shares.append(next(scan))
        except StopIteration as end:
            return shares, end.value


def test_along_a_step_on_a_parabola_prediction_and_loss_are_one() -> None:
    task = quadratic_task([4.0], [3.0])
    before, after = torch.tensor([3.0], dtype=torch.float64), torch.tensor([-4.2], dtype=torch.float64)  # lr 0.6
    shares, scan = _finished(line(task, [before], [after]))
    assert isinstance(scan, LineScan)
    np.testing.assert_allclose(scan.losses, 2 * (3.0 - 7.2 * scan.alphas) ** 2, rtol=1e-12)
    np.testing.assert_allclose(scan.predicted, scan.losses, rtol=1e-9, atol=1e-9)
    assert scan.before == pytest.approx(18.0) and scan.after == pytest.approx(2 * 4.2**2)
    assert scan.best == pytest.approx(3.0 / 7.2)
    assert shares == sorted(shares) and shares[-1] == 1.0


def test_the_line_goes_through_the_step_that_the_run_then_makes_and_leaves_it_alone() -> None:
    looked, other = (TrainingSession("late-rise", 0, max_steps=9) for _ in range(2))
    for session in (looked, other):
        for _step in range(5):
            next(session)
    _shares, scan = _finished(scan_line(looked))
    assert isinstance(scan, LineScan)
    for session in (looked, other):
        for _row in session:
            pass
    assert (looked.run.table.values("loss") == other.run.table.values("loss")).all()
    again = TrainingSession("late-rise", 0, max_steps=6)
    for _row in again:
        pass
    with torch.no_grad():
        task = again.task
        expected = task.losses(task.model(task.inputs), task.targets).mean()  # type: ignore[operator]
    assert scan.after == pytest.approx(float(expected), rel=1e-5)


def test_a_scan_can_be_given_up() -> None:
    scan = line(network_task(), *(list(network_task(seed=s).model.parameters()) for s in (1, 2)))
    next(scan)
    scan.close()
    with pytest.raises(StopIteration):
        next(scan)


def test_a_training_that_is_over_has_no_step_ahead() -> None:
    session = TrainingSession("explosion", 0, max_steps=2)
    for _row in session:
        pass
    with pytest.raises(LandscapeError):
        _finished(scan_line(session))


def test_the_plane_holds_a_path_that_lies_in_one() -> None:
    task = network_task()
    draw = np.random.default_rng(0)
    base, axes = flat_parameters(task).numpy(), np.linalg.qr(draw.standard_normal((26, 2)))[0].T
    coordinates = draw.standard_normal((30, 2)) * (3.0, 1.0)
    path = base + coordinates @ axes
    _shares, scan = _finished(scan_plane(task, path, points=5))
    assert isinstance(scan, PlaneScan)
    assert sum(scan.explained) == pytest.approx(1.0)
    assert scan.explained[0] > scan.explained[1]
    np.testing.assert_allclose(scan.path[-1], 0.0, atol=1e-9)
    apart = np.linalg.norm(coordinates - coordinates[-1], axis=1)
    np.testing.assert_allclose(np.linalg.norm(scan.path, axis=1), apart, atol=1e-6)
    assert scan.losses.shape == (5, 5)


def test_the_plane_shows_the_loss_at_its_places() -> None:
    task = quadratic_task([4.0, 1.0], [1.0, 1.0])
    path = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, -1.0], [0.5, 0.5]])
    _shares, scan = _finished(scan_plane(task, path, points=7))
    assert isinstance(scan, PlaneScan)
    axes = np.linalg.lstsq(path - path[-1], scan.path, rcond=None)[0].T  # two dimensions: the path gives them away
    a, b = np.meshgrid(scan.x, scan.y)
    places = path[-1] + a[..., None] * axes[0] + b[..., None] * axes[1]
    np.testing.assert_allclose(scan.losses, 0.5 * (places**2 @ np.array([4.0, 1.0])), atol=1e-9)


def test_a_path_on_a_line_or_without_end_has_no_plane() -> None:
    task = network_task()
    along = flat_parameters(task).numpy() * np.linspace(1, 2, 9)[:, None]
    for path in (along, along[:2], np.full((9, 26), np.inf)):
        with pytest.raises(LandscapeError):
            _finished(scan_plane(task, path))


def test_the_bowl_and_the_parabola_are_known_in_closed_form() -> None:
    bowl = valley(TrainingSession("explosion", 0, {"data": "bowl"}, probes="none").task)
    assert bowl is not None
    np.testing.assert_allclose(bowl.curvatures, [50.0, 1.0], rtol=1e-5)
    np.testing.assert_allclose(bowl.centre, 0.0, atol=1e-6)
    assert bowl.floor == pytest.approx(0.0, abs=1e-6)
    np.testing.assert_allclose(bowl.losses(bowl.place(np.array([[1.0, 10.0]]))), 75.0, rtol=1e-5)
    parabola = valley(TrainingSession("explosion", 0, {"data": "parabola"}, probes="none").task)
    assert parabola is not None
    assert parabola.critical_lr == pytest.approx(1.0)


def test_linear_regression_is_a_valley_with_the_least_squares_solution_at_its_bottom() -> None:
    task = TrainingSession("explosion", 4, {"standardize": True}, probes="none").task
    found = valley(task)
    assert found is not None
    features = np.column_stack([task.inputs.numpy().astype(float), np.ones(len(task.inputs))])
    prices = task.targets.numpy().astype(float).reshape(-1)
    solution, residue, *_rest = np.linalg.lstsq(features, prices, rcond=None)
    np.testing.assert_allclose(found.centre, solution, rtol=2e-3, atol=2e-3)
    assert found.floor == pytest.approx(residue[0] / len(prices), rel=1e-2)


def test_a_network_is_no_valley() -> None:
    assert valley(TrainingSession("explosion", 0, {"model": "relu_network"}, probes="none").task) is None


def test_a_long_path_is_thinned_evenly_and_keeps_its_start() -> None:
    path = Trajectory(size=3)
    for step in range(10_000):
        path.record(step, [torch.full((3,), float(step))])
    assert len(path) <= MOST_POINTS
    assert len(set(np.diff(path.steps))) == 1
    assert path.steps[0] == 0 and path.steps[-1] > 9_000
    assert path.points(since=5_000)[0, 0] >= 5_000
