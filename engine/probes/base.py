"""What a probe keeps: it measures inside training on a fixed schedule and never changes the run."""

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
    from engine.scenarios.base import Task

Readings = Mapping[str, float]
State = dict[str, object]
NONE: Readings = {}
EARLY = frozenset((8, 64))


@dataclass(frozen=True)
class Quantity:
    """One column that a probe writes, and what a tooltip says about it.

    Attributes
    ----------
    column : str
        Name in the table; ``signal/*`` stands for a family with one column a layer.
    title : str
        For people, marked with `N_`.
    formula : str
        In Unicode mathematics, not translated.
    source : str
        Paper and equation, book section or thread; empty where the formula is its own definition.
    limit : str or None
        The column that holds its limit line.
    beside : str or None
        The column that it is drawn against, in the same plot.
    is_log : bool
        It spans orders of magnitude and wants a log axis.
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
    """One step of training as a probe sees it, from the gradients being there to the update being applied.

    Attributes
    ----------
    step : int
        Number of the update that is about to be made; the first is 1.
    task : Task
    optimizer : torch.optim.Optimizer
        Its `param_groups` hold the learning rate of this step, its `state` the moments.
    inputs, targets : Tensor
        The mini-batch as it was fed.
    loss : float
        Of this mini-batch, before the update.
    settings : mapping
        As they stand at this step.
    reduce : callable
        Turns the losses of single samples, shape (batch,), into the scalar whose gradient was taken.
    all_targets : Tensor
        The targets of all samples as they are trained on, injected label noise included.
    parameters : sequence of Tensor
        The trainable ones.
    twin : Twin
        A copy of the model that may be evaluated and differentiated at will.
    previous : sequence of Tensor or None
        The trainable parameters before the update; there only for a probe that `wants_previous`, in `after_step`.
    gradients : sequence of Tensor
        Gradients before any clipping, in the order of `parameters`; copies for a probe that `wants_previous`.
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
    """Measures something inside training on a fixed schedule (`is_due`) and returns numbers for that step's row.

    A probe draws from no generator of the run and leaves parameters, gradients, buffers and modes as they are: the
    loss is the same bit for bit with and without it. What it cannot measure is absent from the readings. One instance
    serves one run; what it remembers between readings is in `state`, which a checkpoint keeps.

    Class attributes
    ----------------
    name : str
        Unique; the file's name.
    title, about, cost : str
        For people, marked with `N_`.
    quantities : tuple of Quantity
        The columns it writes.
    explains : tuple of EventKind
        The events whose reason it shows, so that an event can lead to it.
    strides : mapping of str to int
        Its schedule in the scenarios it was measured in; `default_stride` elsewhere.
    is_default : bool
        It belongs to ``--probes default`` (in the scenarios for which `is_on` does not say otherwise).
    wants_previous : bool
        It needs `Moment.previous` and untouched `Moment.gradients` after the step.
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
        """Names of the columns it writes; ``name/*`` for one a layer."""
        return tuple(quantity.column for quantity in self.quantities)

    def applies_to(self, scenario: str, settings: Mapping[str, Value], task: Task | None = None) -> str | None:
        """None if it can measure here, else the reason as a sentence; with the task it can look closer."""
        return None

    def caveat(self, settings: Mapping[str, Value]) -> str | None:
        """What the readings do not tell with these settings, as a sentence; None where they mean what they say."""
        return None

    def is_on(self, scenario: str) -> bool:
        """Whether ``--probes default`` includes it in this scenario."""
        return self.is_default

    def stride(self, scenario: str) -> int:
        """How many steps lie between two readings: fixed for a scenario, so that equal runs have equal tables."""
        return self.strides.get(scenario, self.default_stride)

    def before_step(self, moment: Moment) -> Readings:
        """Measure while the gradients are there and the update is not applied yet."""
        return NONE

    def after_step(self, moment: Moment) -> Readings:
        """Measure when the update is applied; the mini-batch is still the same."""
        return NONE

    def state(self) -> State:
        """What the next reading depends on besides the run: numbers and tensors, for a checkpoint."""
        return {}

    def restore(self, state: State) -> None:
        """Go on from what `state` gave."""


def is_due(step: int, stride: int) -> bool:
    """Whether a probe reads at this step: every `stride`-th from the first on, and a few early ones; a pure function.

    Steps 8 and 64 are added where the stride is longer: a run that explodes is over within the first one.

    Examples
    --------
    >>> [step for step in range(1, 102) if is_due(step, 50)]
    [1, 8, 51, 101]
    """
    return (step - 1) % stride == 0 or (step < stride and step in EARLY)


def all_probes() -> dict[str, type[Probe]]:
    """Every probe there is, by name."""
    return discover("engine.probes", Probe)
