"""What passes between the window and the threads that work for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.events import Event
from engine.probes.standing import Standing
from engine.run import Run, Value

if TYPE_CHECKING:
    from engine.training.session import TrainingSession

PROBES = "default,weights"  # the weights of tiny models alone: their path through the landscape


class Phase(StrEnum):
    """Where a training stands."""

    IDLE = "idle"
    LOADING = "loading"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Resumed:
    """An interrupted run and the checkpoint that it goes on from."""

    run: Run
    checkpoint: bytes


@dataclass(frozen=True)
class Order:
    """A training that was asked for; `pace` None means: so that a person can follow."""

    scenario: str
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    pace: float | None = None
    is_paused: bool = False
    probes: str = PROBES
    device: str = "cpu"
    resumed: Resumed | None = None
    make: Callable[[], TrainingSession] | None = None  # called in the thread that trains


@dataclass(frozen=True)
class Seen:
    """What the detectors have said of a run so far; replaced as a whole, never changed."""

    run: Run
    events: tuple[Event, ...] = ()
    detector_share: float = 0.0
    probes: tuple[Standing, ...] = ()
    device: str = "cpu"
