"""Error of nearest-neighbour classification: a loose bound on what the data allow, and its trend with more data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine.i18n import N_, told
from engine.table import Floats

if TYPE_CHECKING:
    from engine.tasks.base import Task

CHUNK = 512
DRAWS = 5
ABOUT = N_(
    "Share of samples whose nearest neighbours are mostly of another class. The best possible classifier is "
    "wrong at most that often, usually far less: with few samples the figure measures how scarce they are. Its "
    "trend shows which."
)
SOURCE = "Nearest neighbor pattern classification, IEEE Trans. Inf. Theory 13(1), 1967"


class NoNeighboursError(ValueError):
    """The data have no classes or too few samples; the text is meant for the user."""


@dataclass(frozen=True)
class KnnError:
    """Leave-one-out error of the k-nearest-neighbour rule for increasing shares of the data.

    Attributes
    ----------
    k : int
    samples : tuple of int
        Numbers of samples used, increasing; the last is all.
    errors : tuple of float
        Error rate for each of them, averaged over a few draws.
    chance : float
        Error of always predicting the most frequent class.
    """

    k: int
    samples: tuple[int, ...]
    errors: tuple[float, ...]
    chance: float

    @property
    def is_still_falling(self) -> bool:
        """Whether the last doubling of the data lowered the error by a tenth or more, so that it is no bound yet."""
        return len(self.errors) > 1 and self.errors[-1] < 0.9 * self.errors[-2]


def knn_error(inputs: Floats, labels: NDArray[np.int64], k: int = 1) -> float:
    """Share of samples misclassified by their k nearest other samples (Euclidean; ties go to the nearest).

    Parameters
    ----------
    inputs : ndarray, shape (n, …)
    labels : ndarray of int, shape (n,)

    Examples
    --------
    >>> knn_error(np.array([[0.0], [0.1], [5.0], [5.1], [0.2]]), np.array([0, 0, 1, 1, 1]))
    0.2
    """
    points = inputs.reshape(len(inputs), -1)
    wrong = 0
    for start in range(0, len(points), CHUNK):
        rows = slice(start, min(start + CHUNK, len(points)))
        nearest = _nearest(points, rows, k)
        wrong += int((_majority(labels[nearest]) != labels[rows]).sum())
    return wrong / len(points)


def knn_trend(task: Task, k: int = 1, most: int = 2000) -> KnnError:
    """The error for an eighth, a quarter, half and all of a task's samples (of at most `most`).

    Raises
    ------
    NoNeighboursError
        If the targets are not classes or there are fewer than 16 samples.
    """
    labels = task.targets.numpy(force=True)
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise NoNeighboursError(told(N_("The targets are numbers, not classes: neighbours cannot vote on them")))
    if len(labels) < 16:
        raise NoNeighboursError(told(N_("Too few samples for neighbours")))
    draw = np.random.default_rng(0)
    chosen = draw.permutation(len(labels))[:most]
    inputs, labels = task.inputs.numpy(force=True)[chosen].astype(np.float64), labels[chosen]
    samples = tuple(len(labels) // part for part in (8, 4, 2, 1) if len(labels) // part > k + 1)
    errors = tuple(_mean_error(inputs, labels, n, k, draw) for n in samples)
    return KnnError(k, samples, errors, 1 - float(np.bincount(labels).max()) / len(labels))


def _mean_error(inputs: Floats, labels: NDArray, n: int, k: int, draw: np.random.Generator) -> float:
    if n == len(labels):
        return knn_error(inputs, labels, k)
    parts = [draw.permutation(len(labels))[:n] for _draw in range(DRAWS)]
    return float(np.mean([knn_error(inputs[part], labels[part], k) for part in parts]))


def _nearest(points: Floats, rows: slice, k: int) -> NDArray[np.intp]:
    """Indices of the k nearest other points of each row, shape (rows, k), the nearest first."""
    part = points[rows]
    squares = (part**2).sum(1)[:, None] - 2 * part @ points.T + (points**2).sum(1)
    squares[np.arange(len(part)), np.arange(rows.start, rows.stop)] = np.inf
    return np.argsort(squares, axis=1, kind="stable")[:, :k]


def _majority(votes: NDArray) -> NDArray:
    """The most frequent label of each row; of several the first."""
    counts = (votes[:, :, None] == votes[:, None, :]).sum(2)
    return votes[np.arange(len(votes)), counts.argmax(1)]
