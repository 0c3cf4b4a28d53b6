"""The samples of a session and the model's predictions, as arrays to draw."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from engine.probes.knn import KnnError, NoNeighboursError, knn_trend
from engine.probes.twin import Twin
from engine.table import Floats, Rows

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task
    from engine.training.session import TrainingSession

CHUNK = 512


class Form(StrEnum):
    """How a sample is drawn."""

    SEQUENCES = "sequences"
    IMAGES = "images"
    CLOUD = "cloud"
    POINT = "point"


@dataclass(frozen=True)
class Sheet:
    """All samples with the model's predictions.

    Attributes
    ----------
    form : Form
    step : int
        Optimizer updates made so far.
    inputs : ndarray
        Sequences, shape (n, length); images, shape (n, height, width); features of a cloud, shape (n, features).
    targets, predicted : ndarray, shape (n,)
        Classes as integers, or numbers; targets as trained on, including injected label noise.
    losses : ndarray, shape (n,)
    names : tuple of str
        Names of the classes or the features, marked with `N_`; empty if they have none.
    neighbours : KnnError or None
        How well the nearest neighbour predicts the class; None if that is meaningless.
    no_neighbours : str
        The reason for None, as a sentence.
    """

    form: Form
    step: int
    inputs: Floats
    targets: Floats | Rows
    predicted: Floats | Rows
    losses: Floats
    names: tuple[str, ...] = ()
    neighbours: KnnError | None = None
    no_neighbours: str = ""
    has_classes: bool = field(default=False)

    @property
    def wrong(self) -> Rows:
        """Indices of misclassified samples by falling loss; for numbers, of all samples."""
        order = np.argsort(-np.nan_to_num(self.losses, nan=np.inf), kind="stable")
        return order[(self.predicted != self.targets)[order]] if self.has_classes else order


def sheet(session: TrainingSession) -> Sheet:
    """Take the samples of a session and its model's predictions, without changing the session.

    Examples
    --------
    >>> from engine.training.session import TrainingSession
    >>> found = sheet(TrainingSession("late-rise"))
    >>> found.form.value, found.inputs.shape, found.names
    ('sequences', (200, 30), ('sine', 'square', 'saw', 'triangle'))
    """
    task, targets = session.task, session.targets
    outputs, losses = _outputs(task, targets)
    has_classes = not targets.is_floating_point()
    neighbours, why_not = _neighbours(task)
    return Sheet(
        _form(task),
        session.step,
        _drawn(task.inputs),
        targets.numpy(force=True) if has_classes else targets.numpy(force=True)[:, 0].astype(float),
        outputs.argmax(1) if has_classes else outputs[:, 0],
        losses,
        task.names,
        neighbours,
        why_not,
        has_classes,
    )


def _form(task: Task) -> Form:
    if task.inputs.ndim == 4:
        return Form.IMAGES
    if task.inputs.ndim == 3:
        return Form.SEQUENCES
    return Form.CLOUD if len(task.inputs) > 1 else Form.POINT


def _drawn(inputs: torch.Tensor) -> Floats:
    values = inputs.numpy(force=True).astype(float)
    if values.ndim == 4:
        return values[:, 0]
    return values.reshape(len(values), -1) if values.ndim == 3 else values


def _outputs(task: Task, targets: torch.Tensor) -> tuple[Floats, Floats]:
    import torch

    twin = Twin(task)
    twin.load([p for p in task.model.parameters() if p.requires_grad])
    outputs, losses = [], []
    with torch.no_grad():
        for inputs, wanted in zip(task.inputs.split(CHUNK), targets.split(CHUNK), strict=True):
            given = twin.model(inputs)
            outputs.append(given.numpy(force=True).astype(float))
            losses.append(task.losses(given, wanted).numpy(force=True).astype(float))
    return np.concatenate(outputs), np.concatenate(losses)


def _neighbours(task: Task) -> tuple[KnnError | None, str]:
    try:
        return knn_trend(task), ""
    except NoNeighboursError as error:
        return None, error.args[0]
