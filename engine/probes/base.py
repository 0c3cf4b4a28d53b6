"""Base of the probes, which measure during training on a fixed schedule without changing the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from engine.discovery import discover
from engine.events import EventKind
from engine.run import Value

if TYPE_CHECKING:
    import torch

    from engine.probes.twin import Twin
    from engine.tasks.base import Task

Readings = Mapping[str, float]
State = dict[str, object]
NONE: Readings = {}
EARLY = frozenset((8, 64))


@dataclass(frozen=True)
class Quantity:
    """A column that a probe writes, with the content of its tool tip.

    Attributes
    ----------
    column : str
        Name in the table; ``signal/*`` is a family with one column per layer.
    title : str
        For people, marked with `N_`.
    formula : str
        In Unicode mathematics, not translated.
    source : str
        Paper and equation, book section or thread; empty if the formula is a definition.
    limit : str or None
        The column with its limit.
    beside : str or None
        A column to draw in the same plot.
    is_log : bool
        Whether it spans orders of magnitude and needs a logarithmic axis.
    """

    column: str
    title: str
    formula: str
    source: str = ""
    limit: str | None = None
    is_log: bool = False
    beside: str | None = None


@dataclass(slots=True)
class Moment:
    """A training step as seen by a probe, between the computation of the gradients and the update.

    Attributes
    ----------
    step : int
        Number of the update about to be made, from 1.
    task : Task
    optimizer : torch.optim.Optimizer
        Its `param_groups` have the learning rate of this step, its `state` the moments.
    inputs, targets : Tensor
        The mini-batch.
    loss : float
        Of this mini-batch, before the update.
    settings : mapping
        Values at this step.
    reduce : callable
        Reduces the losses of the samples, shape (batch,), to the scalar whose gradient was taken.
    all_targets : Tensor
        Targets of all samples as trained on, including injected label noise.
    parameters : sequence of Tensor
        Trainable parameters.
    twin : Twin
        A copy of the model to evaluate and differentiate.
    previous : sequence of Tensor or None
        The trainable parameters before the update; only for probes with `wants_previous`, in `after_step`.
    gradients : sequence of Tensor
        Gradients before any clipping, in the order of `parameters`; copies for probes with `wants_previous`.
    """

    step: int
    task: Task
    optimizer: torch.optim.Optimizer
    inputs: torch.Tensor
    targets: torch.Tensor
    loss: float
    settings: Mapping[str, Value]
    reduce: Callable[[torch.Tensor], torch.Tensor]
    twin: Twin
    all_targets: torch.Tensor
    parameters: Sequence[torch.Tensor]
    gradients: Sequence[torch.Tensor]
    previous: Sequence[torch.Tensor] | None = None

    @property
    def lr(self) -> float:
        """The learning rate of this step, after any schedule."""
        return float(self.optimizer.param_groups[0]["lr"])


class Probe:
    """Measures during training on a fixed schedule (`is_due`) and returns numbers for that step's row.

    A probe uses no generator of the run and changes neither parameters, gradients, buffers nor modes: the loss is the
    same bit for bit with and without it. What it cannot measure is missing from the readings. One instance serves one
    run; what it needs between readings is in `state`, which is part of a checkpoint.

    Class attributes
    ----------------
    name : str
        Unique; the file's name.
    title, about, cost : str
        For people, marked with `N_`.
    quantities : tuple of Quantity
        The columns it writes.
    explains : tuple of EventKind
        The events whose cause it shows.
    strides : mapping of str to int
        Steps between readings, by scenario; `default_stride` elsewhere.
    is_default : bool
        Whether it is part of ``--probes default``, unless `is_on` decides otherwise for a scenario.
    wants_previous : bool
        Whether it needs `Moment.previous` and unchanged `Moment.gradients` after the step.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    cost: ClassVar[str] = ""
    quantities: ClassVar[tuple[Quantity, ...]] = ()
    explains: ClassVar[tuple[EventKind, ...]] = ()
    strides: ClassVar[Mapping[str, int]] = {}
    default_stride: ClassVar[int] = 50
    is_default: ClassVar[bool] = True
    wants_previous: ClassVar[bool] = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns it writes; ``name/*`` for one per layer."""
        return tuple(quantity.column for quantity in self.quantities)

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        """None if it can measure here, else the reason as a sentence; more exact with the task."""
        return None

    def caveat(self, settings: Mapping[str, Value]) -> str | None:
        """What the readings do not show with these settings, as a sentence; None if there is no limitation."""
        return None

    def is_on(self, scenario: str) -> bool:
        """Whether ``--probes default`` includes it in this scenario."""
        return self.is_default

    def stride(self, scenario: str) -> int:
        """Steps between two readings, fixed for a scenario so that equal runs have equal tables."""
        return self.strides.get(scenario, self.default_stride)

    def before_step(self, moment: Moment) -> Readings:
        """Measure with the gradients, before the update."""
        return NONE

    def after_step(self, moment: Moment) -> Readings:
        """Measure after the update, on the same mini-batch."""
        return NONE

    def state(self) -> State:
        """What the next reading depends on besides the run, as numbers and tensors for a checkpoint."""
        return {}

    def restore(self, state: State) -> None:
        """Restore what `state` returned."""


def is_due(step: int, stride: int) -> bool:
    """Whether a probe reads at a step: every `stride`-th from the first on, and a few early ones; a pure function.

    Steps 8 and 64 are added where the stride is longer: a run that explodes is over within the first one.

    Examples
    --------
    >>> [step for step in range(1, 102) if is_due(step, 50)]
    [1, 8, 51, 101]
    """
    return (step - 1) % stride == 0 or (step < stride and step in EARLY)


def all_probes() -> dict[str, type[Probe]]:
    """All probes, by name."""
    return discover("engine.probes", Probe)
