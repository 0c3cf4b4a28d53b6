"""Scans the loss along the next step, and on the plane in which the weights moved most.

Both are plain generators, which yield the share done and return the scan; closing one cancels it. They measure on a
twin of the model, so the run is not affected.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.i18n import _
from engine.probes.sharpness import sample
from engine.probes.twin import Twin
from engine.table import Floats
from overshoot.arithmetic.curvature import Curvature, dot, flat, shaped

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task
    from engine.training.session import TrainingSession

FULL_DATA_UP_TO, SUBSET = 1024, 256
LINE_POINTS, LINE_REACH = 61, (-1.0, 3.0)
PLANE_POINTS, PLANE_MARGIN = 25, 0.3


class LandscapeError(ValueError):
    """There is nothing to scan; the text is meant for the user."""


@dataclass(frozen=True)
class LineScan:
    """The loss over all data along a step: 0 is before it, 1 after it.

    Attributes
    ----------
    alphas, losses : ndarray, shape (n,)
        Positions in units of the step, and the loss there.
    predicted : ndarray, shape (n,)
        L + α g·u + ½ α² uᵀHu from slope and curvature at 0.
    before, after : float
        The loss at 0 and 1.
    best : float or None
        The α at the minimum of the predicted parabola, −g·u / uᵀHu; None if it has none ahead.
    """

    alphas: Floats
    losses: Floats
    predicted: Floats
    before: float
    after: float
    best: float | None


@dataclass(frozen=True)
class PlaneScan:
    """The loss over all data on the plane through the latest weights along the two leading directions of their path.

    Attributes
    ----------
    x, y : ndarray, shape (nx,), (ny,)
        Distances from the latest weights along the two principal components.
    losses : ndarray, shape (ny, nx)
    path : ndarray, shape (n, 2)
        The recent weights projected on the plane, the latest last, at (0, 0).
    explained : tuple of float
        Shares of the path's variance along the two directions.
    steps : tuple of int
        The step of each point of the path.
    """

    x: Floats
    y: Floats
    losses: Floats
    path: Floats
    explained: tuple[float, float]
    steps: tuple[int, ...] = ()


def scan_line(session: TrainingSession, points: int = LINE_POINTS) -> Generator[float, None, LineScan]:
    """Scan along the next step of `session`, which a resumed copy makes instead.

    Raises
    ------
    LandscapeError
        If the run has ended, or weights are not finite.
    """
    task = session.task
    before = [p.detach().clone() for p in _trainable(task)]
    copied = type(session).resume(session.checkpoint(), probes="none")
    yield 0.0
    if next(copied, "over") == "over":
        raise LandscapeError(_("The training is over: there is no next step to scan along"))
    after = [p.detach() for p in _trainable(copied.task)]
    return (yield from line(task, before, after, points))


def line(
    task: Task, before: list[torch.Tensor], after: list[torch.Tensor], points: int = LINE_POINTS
) -> Generator[float, None, LineScan]:
    """Scan from one set of weights through another."""
    twin, inputs, targets = _measured_on(task)
    start, step = flat(before), flat(after) - flat(before)
    _refuse_non_finite(start, step)
    twin.load(before)
    here = Curvature(lambda: twin.losses(inputs, targets).mean(), twin.parameters)
    shape = shaped(step, before)
    slope, bend = dot(here.gradient, shape), dot(shape, here.times(shape))
    alphas = np.union1d(np.linspace(*LINE_REACH, points), (0.0, 1.0))
    losses = np.empty_like(alphas)
    for i, alpha in enumerate(alphas):
        losses[i] = _loss(twin, shaped(start + alpha * step, before), inputs, targets)
        yield (i + 1) / len(alphas)
    predicted = here.loss + alphas * slope + 0.5 * alphas**2 * bend
    best = -slope / bend if bend > 0 and slope < 0 else None
    at = dict(zip(alphas.tolist(), losses.tolist()))
    return LineScan(alphas, losses, predicted, at[0.0], at[1.0], best)


def scan_plane(
    task: Task, path: Floats, points: int = PLANE_POINTS, steps: tuple[int, ...] = ()
) -> Generator[float, None, PlaneScan]:
    """Scan the plane of the two leading principal components of recent weights.

    Parameters
    ----------
    path : ndarray, shape (n, p)
        Recent weights as `Trajectory.points` gives them, the latest last.
    steps : tuple of int
        The step of each, for the scan to keep.

    Raises
    ------
    LandscapeError
        If the weights moved in fewer than two directions, or are not finite.
    """
    path = np.asarray(path, np.float64)
    axes, explained = _principal(path)
    flat_path = (path - path[-1]) @ axes.T
    x, y = (_span(flat_path[:, i], points) for i in (0, 1))
    twin, inputs, targets = _measured_on(task)
    like = [p.detach() for p in _trainable(task)]
    losses = np.empty((len(y), len(x)))
    for j, b in enumerate(y):
        for i, a in enumerate(x):
            losses[j, i] = _loss(twin, shaped(path[-1] + a * axes[0] + b * axes[1], like), inputs, targets)
            yield (j * len(x) + i + 1) / losses.size
    return PlaneScan(x, y, losses, flat_path, explained, steps)


def _principal(path: Floats) -> tuple[Floats, tuple[float, float]]:
    """The two leading directions of a path, shape (2, p), and their shares of the variance."""
    if len(path) < 3:
        raise LandscapeError(_("Too few steps so far to find the directions in which the weights move"))
    _refuse_non_finite(path)
    centred = path - path.mean(0)
    # The Gram matrix is steps × steps, small for any number of weights.
    values, vectors = np.linalg.eigh(centred @ centred.T)
    leading, pair = np.maximum(values[::-1][:2], 0.0), vectors[:, ::-1][:, :2]
    if leading[-1] <= 1e-10 * leading[0] or path.shape[1] < 2:
        raise LandscapeError(_("The weights moved along a single line: there is no plane to show"))
    axes = (centred.T @ pair / np.sqrt(leading)).T
    shares = leading / values.sum()
    return axes, (float(shares[0]), float(shares[1]))


def _span(places: Floats, points: int) -> Floats:
    low, high = places.min(), places.max()
    margin = PLANE_MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, points)


def _measured_on(task: Task) -> tuple[Twin, torch.Tensor, torch.Tensor]:
    rows = sample(task.inputs, FULL_DATA_UP_TO, SUBSET)
    return Twin(task), task.inputs[rows], task.targets[rows]


def _loss(twin: Twin, weights: list[torch.Tensor], inputs: torch.Tensor, targets: torch.Tensor) -> float:
    import torch

    twin.load(weights)
    with torch.no_grad():
        return float(twin.losses(inputs, targets).mean())


def _trainable(task: Task) -> list[torch.Tensor]:
    return [p for p in task.model.parameters() if p.requires_grad]


def _refuse_non_finite(*arrays: Floats) -> None:
    if not all(np.isfinite(array).all() for array in arrays):
        raise LandscapeError(_("Weights are not finite: there is no landscape to show"))
