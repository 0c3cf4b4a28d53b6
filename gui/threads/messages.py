"""Values passed between the window and its worker threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.events import Event
from engine.probes.status import ProbeStatus
from engine.remarks import Remark
from engine.run import Run, Value

if TYPE_CHECKING:
    from engine.training.session import TrainingSession

PROBES = "default,weights"  # the weights only of tiny models: their path through the landscape


class Phase(StrEnum):
    """State of a training."""

    IDLE = "idle"
    LOADING = "loading"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True)
class Resumed:
    """An interrupted run and the checkpoint to resume it from."""

    run: Run
    checkpoint: bytes


@dataclass(frozen=True)
class Order:
    """A request to train; a `pace` of None is one that a person can watch."""

    scenario: str
    seed: int = 0
    settings: Mapping[str, Value] = field(default_factory=dict)
    pace: float | None = None
    is_paused: bool = False
    probes: str = PROBES
    device: str = "cpu"
    resumed: Resumed | None = None
    make: Callable[[], TrainingSession] | None = None  # called in the training thread


@dataclass(frozen=True)
class Snapshot:
    """A run with its events and probe states so far; replaced as a whole, never changed."""

    run: Run
    events: tuple[Event, ...] = ()
    detector_share: float = 0.0
    probes: tuple[ProbeStatus, ...] = ()
    device: str = "cpu"
    perhaps: tuple[Remark, ...] = ()
