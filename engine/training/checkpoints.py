"""Checkpoints: everything a run needs to continue bit for bit, as plain data."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO

import torch

from engine.i18n import _
from engine.run import Value


class CheckpointError(ValueError):
    """A file is not a checkpoint of this program; the text is meant for the user."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training session between two steps.

    It contains neither the data nor the architecture, which follow from scenario, settings and seed.

    Attributes
    ----------
    step : int
        Optimizer updates made so far.
    settings : mapping
        Values in the last step; `pending` has those deferred to the next epoch.
    injections : mapping
        Changes still due, by step.
    state : mapping
        Model, optimizer, schedule, order of the data, generators, probes: tensors, numbers, strings, and containers
        of them.
    """

    scenario: str
    seed: int
    step: int
    epoch: int
    seconds: float
    max_steps: int | None
    device: str
    settings: Mapping[str, Value]
    pending: Mapping[str, Value]
    injections: Mapping[int, Mapping[str, Any]]
    probes: tuple[str, ...]
    state: Mapping[str, Any]

    @property
    def size_bytes(self) -> int:
        """Total size of the tensors."""
        return sum(t.numel() * t.element_size() for t in _tensors(self.state))

    def save(self, target: Path | BinaryIO) -> None:
        """Write the checkpoint in a form whose loading executes nothing."""
        torch.save({field.name: getattr(self, field.name) for field in fields(self)}, target)

    @classmethod
    def load(cls, source: Path | BinaryIO) -> Checkpoint:
        """Read a checkpoint written by `save`.

        Raises
        ------
        CheckpointError
            If the file is damaged or not a checkpoint.
        """
        try:
            content = torch.load(source, weights_only=True)
            return cls(**{field.name: content[field.name] for field in fields(cls)})
        except Exception as error:  # torch raises half a dozen kinds here
            name = source if isinstance(source, Path) else _("this record")
            raise CheckpointError(_("{name} is not a checkpoint of Overshoot").format(name=name)) from error

    def to_bytes(self) -> bytes:
        """Serialise the checkpoint as `save` does."""
        buffer = io.BytesIO()
        self.save(buffer)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read a checkpoint from `to_bytes`.

        Raises
        ------
        CheckpointError
            If the data are not a checkpoint.
        """
        return cls.load(io.BytesIO(data))


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return [tensor for part in parts for tensor in _tensors(part)]


def copied(value: Any) -> Any:
    """A deep copy of plain data with cloned tensors."""
    if isinstance(value, torch.Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, Mapping):
        return {key: copied(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copied(part) for part in value)
    return value
