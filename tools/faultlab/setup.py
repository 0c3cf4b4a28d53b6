"""What one training is made of, and what faults may change in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.faultlab.families.base import Shape

if TYPE_CHECKING:
    from tools.faultlab.training import Training

Hook = Callable[["Training", int], None]


@dataclass
class Setup:
    """A training that is sound until a fault changes it.

    Attributes
    ----------
    rates : array of float
        Learning rate of each step.
    onset : int or None
        The step from which the fault acts, if it is not the first.
    validations : int
        At most so many times the held data are looked at.
    before, after : list of Hook
        Called before a step's mini-batch is used and after its gradient is known, with the step.
    """

    family: str
    seed: int
    shape: Shape
    steps: int
    batch_size: int
    optimizer: str
    lr: float
    rates: np.ndarray[Any, np.dtype[np.float64]]
    schedule: str = "constant"
    momentum: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    clip_norm: float | None = None
    weight_decay: float = 0.0
    validations: int = 40
    is_shuffled: bool = True
    has_replacement: bool = False
    is_validated: bool = False
    reduction: str = "mean"
    onset: int | None = None
    before: list[Hook] = field(default_factory=list)
    after: list[Hook] = field(default_factory=list)
    at_start: list[Callable[[Training], None]] = field(default_factory=list)

    @property
    def an_epoch(self) -> int:
        """Steps of an epoch."""
        return max(1, -(-self.shape.samples // self.batch_size))

    @property
    def is_full(self) -> bool:
        return self.batch_size >= self.shape.samples
