"""A copy of the model that probes can evaluate and differentiate without affecting the run."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task


class Twin:
    """A second model of the same architecture with its own buffers and without dropout.

    BatchNorm uses the statistics of the batch, as in training. Parameters are copied in before each use, so the twin
    keeps nothing from one reading to the next.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._model: torch.nn.Module | None = None

    @property
    def model(self) -> torch.nn.Module:
        """The copy, created on first use."""
        if self._model is None:
            self._model = copy.deepcopy(self._task.model)
            self._model.zero_grad(set_to_none=True)
            for module in self._model.modules():
                if _draws(module):
                    module.eval()
        return self._model

    @property
    def parameters(self) -> list[torch.Tensor]:
        """Its trainable parameters, in the order of the run's."""
        return [p for p in self.model.parameters() if p.requires_grad]

    def load(self, values: Sequence[torch.Tensor]) -> None:
        """Copy values into the trainable parameters."""
        import torch

        with torch.no_grad():
            torch._foreach_copy_(self.parameters, list(values))

    def losses(self, inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Loss of each sample at the loaded parameters, shape (batch,)."""
        losses = self._task.losses
        return losses(self.model(inputs), targets)


def _draws(module: torch.nn.Module) -> bool:
    """Whether a module draws random numbers in training."""
    import torch

    has_generator = any(isinstance(value, torch.Generator) for value in vars(module).values())
    return has_generator or isinstance(module, torch.nn.modules.dropout._DropoutNd)
