"""The recent weights of a run, thinned to a budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

BUDGET_BYTES = 32 << 20
MOST_POINTS = 200


class Trajectory:
    """Keeps flat float32 weights every few steps; when full, drops every other one and doubles the stride.

    Parameters
    ----------
    size : int
        Number of trainable parameters.

    Examples
    --------
    >>> import torch
    >>> path = Trajectory(size=1)
    >>> for step in range(1000):
    ...     path.record(step, [torch.tensor([float(step)])])
    >>> path.steps[:3], len(path) <= MOST_POINTS
    ([0, 8, 16], True)
    """

    def __init__(self, size: int) -> None:
        self._most = max(8, min(MOST_POINTS, BUDGET_BYTES // (4 * max(size, 1))))
        self._stride = 1
        self.steps: list[int] = []
        self._points: list[NDArray[np.float32]] = []

    def __len__(self) -> int:
        return len(self.steps)

    def record(self, step: int, parameters: Sequence[torch.Tensor]) -> None:
        """Keep a copy of the weights if the step is due; to be called after each step."""
        if step % self._stride:
            return
        if len(self.steps) == self._most:
            self._thin()
            if step % self._stride:
                return
        self.steps.append(step)
        parts = [p.detach().reshape(-1).numpy(force=True) for p in parameters]
        self._points.append(np.concatenate(parts, dtype=np.float32))

    def _thin(self) -> None:
        self._stride *= 2
        kept = [i for i, step in enumerate(self.steps) if step % self._stride == 0]
        self.steps = [self.steps[i] for i in kept]
        self._points = [self._points[i] for i in kept]

    def points(self, since: int = 0) -> NDArray[np.float32]:
        """The weights kept from step `since` on, shape (steps, size)."""
        chosen = [p for step, p in zip(self.steps, self._points) if step >= since]
        return np.array(chosen) if chosen else np.empty((0, 0), np.float32)
