"""What a fork is asked and what it answers, and when it is decided; the same for demos and brought trainings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.detectors.watch import Watch
from engine.events import EventKind
from engine.experiments.case import Intervention
from engine.experiments.nudges import Nudge
from engine.experiments.plateaus import PLATEAUS, plateau_length
from engine.experiments.stations import Station
from engine.table import Floats, MetricTable

LOOK_STEPS = 32  # steps between two looks for the event: fixed, so that a fork is the same however fast it runs
MEASURED = (*PLATEAUS, EventKind.FLUCTUATION)  # told by the length of the plateau or the scatter, not by the events
COLUMNS = ("step", "epoch", "loss", "accuracy", "lr", "batch_size")


@dataclass(frozen=True)
class ForkJob:
    """The job of a worker that runs a fork.

    Attributes
    ----------
    id : str
        Unique within a proof; a lost fork is run again under the same id and counted once.
    nudge : Nudge or None
        None for the control, which must reproduce the run bit for bit.
    kind : EventKind
        The kind of event under test.
    onset, horizon : int
        The step of the event's onset in the run, and the last step to train.
    stops_at_event : bool
        End as soon as the event occurs; placebo forks continue, because their progress is the yardstick.
    patience : int or None
        End at this step if the plateau is not over, since then it is not shorter.
    trace : str
        Path of the file that it writes its curve to while it trains; empty for none.
    """

    id: str
    station: Station
    intervention: Intervention
    nudge: Nudge | None
    kind: EventKind
    onset: int
    horizon: int
    stops_at_event: bool = True
    patience: int | None = None
    trace: str = ""


@dataclass(frozen=True)
class ForkResult:
    """The outcome of a fork.

    Attributes
    ----------
    steps, losses : ndarray
        Its loss curve, shape (n,).
    onsets : tuple of int
        Table rows of the onsets of events of the kind that were reported after the fork's start.
    progress : float
        Logarithm of the loss on all data at the fork's start over that near its end; −inf if training broke.
    final_loss : float
        Loss on all data near its end.
    seconds : float
        Total time.
    columns : mapping of str to ndarray
        Other columns that outcomes use.
    """

    id: str
    steps: Floats
    losses: Floats
    onsets: tuple[int, ...]
    progress: float
    final_loss: float
    seconds: float
    columns: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def has_event(self) -> bool:
        return bool(self.onsets)

    @property
    def is_broken(self) -> bool:
        """Whether the loss ended as NaN or infinity."""
        return not math.isfinite(self.progress)


def is_decided(watch: Watch, table: MetricTable, job: ForkJob) -> bool:
    """Whether the fork can no longer become clean."""
    if job.kind in PLATEAUS:
        is_late = job.patience is not None and len(table) > job.patience
        return is_late and plateau_length(table.values("loss")) > job.patience  # type: ignore[operator]
    return job.kind not in MEASURED and bool(onsets(watch, job))


def onsets(watch: Watch, job: ForkJob) -> tuple[int, ...]:
    """Rows of the onsets of events of the kind reported since the fork's start."""
    since = job.station.step
    return tuple(e.start for e in watch.events if e.kind is job.kind and max(e.raised, e.start) >= since)
