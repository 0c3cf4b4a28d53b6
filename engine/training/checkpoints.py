"""Everything a run needs to go on bit for bit, as plain data; and which of many to keep."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import torch

from engine.i18n import _
from engine.run import Value

if TYPE_CHECKING:
    from engine.training.session import TrainingSession

DEFAULT_SPACING = 50  # steps; a checkpoint costs at most a fifth of a step, so this is below half a percent
SHARE = 0.01


class CheckpointError(ValueError):
    """A file is no checkpoint of ours; the text is meant for the person."""


@dataclass(frozen=True)
class Checkpoint:
    """The state of a training session between two steps.

    Data and the shape of the network are not in it: they follow from scenario, settings and seed.

    Attributes
    ----------
    step : int
        Optimizer updates made so far.
    settings : mapping
        As they stand; `pending` has those that wait for the next epoch.
    injections : mapping
        Changes that are still due, by step.
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
        """Size of its tensors."""
        return sum(t.numel() * t.element_size() for t in _tensors(self.state))

    def save(self, target: Path | BinaryIO) -> None:
        """Write it so that loading executes nothing."""
        torch.save({field.name: getattr(self, field.name) for field in fields(self)}, target)

    @classmethod
    def load(cls, source: Path | BinaryIO) -> Checkpoint:
        """Read what `save` wrote.

        Raises
        ------
        CheckpointError
            If the file is damaged or something else.
        """
        try:
            content = torch.load(source, weights_only=True)
            return cls(**{field.name: content[field.name] for field in fields(cls)})
        except Exception as error:  # torch raises half a dozen kinds here
            name = source if isinstance(source, Path) else _("this record")
            raise CheckpointError(_("{name} is not a checkpoint of Overshoot").format(name=name)) from error

    def to_bytes(self) -> bytes:
        """What `save` writes, to keep in a database."""
        buffer = io.BytesIO()
        self.save(buffer)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read what `to_bytes` gave.

        Raises
        ------
        CheckpointError
            If it is something else.
        """
        return cls.load(io.BytesIO(data))


def _tensors(value: Any) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return [tensor for part in parts for tensor in _tensors(part)]


def copied(value: Any) -> Any:
    """The same plain data with tensors of its own."""
    if isinstance(value, torch.Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, Mapping):
        return {key: copied(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copied(part) for part in value)
    return value


class CheckpointRing:
    """Checkpoints kept by age: dense near now, sparse far back, under a memory budget. The first is always kept.

    When the budget is exceeded, the one goes whose neighbours lie closest together compared with its age, so that the
    gaps grow in proportion to the distance from now.
    """

    def __init__(self, budget_bytes: int = 256 << 20) -> None:
        self.budget_bytes = budget_bytes
        self._kept: list[Checkpoint] = []

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that there are checkpoints of, ascending."""
        return tuple(c.step for c in self._kept)

    @property
    def kept(self) -> tuple[Checkpoint, ...]:
        """All of them, ascending; may be asked from another thread than the one that adds."""
        return tuple(self._kept)

    def add(self, checkpoint: Checkpoint) -> None:
        """Keep one more, which must be later than those before."""
        self._kept.append(checkpoint)
        size = max(1, checkpoint.size_bytes)
        while len(self._kept) > 2 and len(self._kept) * size > self.budget_bytes:
            del self._kept[self._most_dispensable()]

    def _most_dispensable(self) -> int:
        steps = self.steps
        now = steps[-1]
        inner = range(1, len(steps) - 1)
        return min(inner, key=lambda i: (steps[i + 1] - steps[i - 1]) / (now - steps[i]))

    def at_or_before(self, step: int) -> Checkpoint | None:
        """The latest checkpoint of at most that step."""
        return next((c for c in reversed(self._kept) if c.step <= step), None)


class CheckpointKeeper:
    """Takes checkpoints while a run trains, so seldom that they cost less than a share of its time.

    Parameters
    ----------
    share : float
        Of the seconds of training that taking them may cost.
    spacing : int
        Steps between two, at least.
    """

    def __init__(self, ring: CheckpointRing, share: float = SHARE, spacing: int = DEFAULT_SPACING) -> None:
        self.ring = ring
        self._share, self._spacing = share, spacing
        self._next_step = 0
        self.spent = 0.0

    def consider(self, session: TrainingSession, trained_seconds: float) -> None:
        """Take one if it is due; the first is always taken."""
        is_affordable = self.spent <= self._share * trained_seconds or not len(self.ring)
        if session.step < self._next_step or not is_affordable:
            return
        began = time.perf_counter()
        self.ring.add(session.checkpoint())
        self.spent += time.perf_counter() - began
        self._next_step = session.step + self._spacing
