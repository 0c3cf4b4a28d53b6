"""The probes of one run: which are on, which are due, and their readings."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from engine.i18n import _
from engine.probes.base import Moment, Probe, Readings, State, all_probes, is_due
from engine.probes.layers import layers
from engine.probes.twin import Twin
from engine.run import Value
from engine.tasks.settings import SettingError

if TYPE_CHECKING:
    import torch

    from engine.tasks.base import Task


def chosen(scenario: str, names: str | Iterable[str]) -> dict[str, Probe]:
    """Create probes for a run from ``all``, ``none``, or names (iterable or comma-separated, with ``default``).

    Raises
    ------
    SettingError
        If a name is unknown.

    Examples
    --------
    >>> list(chosen("explosion", "norms"))
    ['norms']
    """
    known = all_probes()
    if names == "all":
        return {name: probe() for name, probe in known.items()}
    found: dict[str, Probe] = {}
    wanted = [] if names == "none" else names.split(",") if isinstance(names, str) else names
    for name in wanted:
        if name == "default":
            found |= {n: p for n, p in ((n, make()) for n, make in known.items()) if p.is_on(scenario)}
        elif name in known:
            found[name] = known[name]()
        else:
            raise SettingError(
                _("unknown probe {name!r}; known probes: {known}").format(name=name, known=", ".join(known))
            )
    return found


class Probing:
    """Called by the loop: `due` at every step, `before` and `after` only if probes are due.

    Attributes
    ----------
    probes : dict of Probe
        Probes that are on, by name.
    reasons : dict of str
        Why some of them cannot measure, by name.
    seconds : dict of float
        Time taken by each so far, by name.

    Examples
    --------
    In the loop, after the gradients were computed and before any clipping::

        due = probing.due(step)
        if due:
            moment = probing.moment(step, optimizer, inputs, targets, loss, settings, reduce)
            row |= probing.before(due, moment)
        clip_and_step()
        if due:
            row |= probing.after(due, moment)
    """

    def __init__(
        self,
        scenario: str,
        settings: Mapping[str, Value],
        task: Task,
        names: str | Iterable[str] = "default",
        strides: Mapping[str, int] | None = None,
    ) -> None:
        self.scenario = scenario
        self.probes = chosen(scenario, names)
        self.strides = {name: probe.stride(scenario) for name, probe in self.probes.items()} | dict(strides or {})
        self.reasons: dict[str, str] = {}
        self.seconds: dict[str, float] = defaultdict(float)
        self._task, self._settings = task, settings
        self._twin = Twin(task)
        self._parameters = [p for p in task.model.parameters() if p.requires_grad]
        self._schedule: tuple[tuple[int, Probe], ...] = ()
        self.review(settings)

    def review(self, settings: Mapping[str, Value]) -> None:
        """Update which probes apply, after a setting was turned; `reasons` explains the others."""
        self.reasons, self._settings = {}, settings
        on: list[tuple[int, Probe]] = []
        for name, probe in self.probes.items():
            reason = probe.applies_to(self.scenario, settings, self._task)
            if reason is None:
                on.append((self.strides[name], probe))
            else:
                self.reasons[name] = reason
        self._schedule = tuple(on)

    def reason(self, name: str) -> str | None:
        """Why a probe cannot measure in this run, whether on or off; None if it can."""
        return all_probes()[name]().applies_to(self.scenario, self._settings, self._task)

    @property
    def frozen(self) -> tuple[str, ...]:
        """Layers without trainable parameters, which have no gradient to measure."""
        found = layers(self._task.model).items()
        return tuple(n for n, layer in found if not any(p.requires_grad for p in layer.parameters(recurse=False)))

    def switch(self, name: str, is_on: bool) -> None:
        """Switch a probe on or off, without effect on the training."""
        if is_on and name not in self.probes:
            self.probes |= chosen(self.scenario, [name])
            self.strides.setdefault(name, self.probes[name].stride(self.scenario))
        elif not is_on:
            self.probes.pop(name, None)
        self.review(self._settings)

    def set_stride(self, name: str, stride: int) -> None:
        """Set the steps between readings; the caller records it in the run."""
        self.strides[name] = stride
        self._schedule = tuple((self.strides[p.name], p) for _stride, p in self._schedule)

    def due(self, step: int) -> tuple[Probe, ...]:
        """The probes due at a step, the number of the update about to be made, from 1."""
        return tuple([probe for stride, probe in self._schedule if is_due(step, stride)])

    def moment(
        self,
        step: int,
        optimizer: torch.optim.Optimizer,
        inputs: torch.Tensor,
        targets: torch.Tensor,
        loss: float,
        settings: Mapping[str, Value],
        reduce: Callable[[torch.Tensor], torch.Tensor],
        all_targets: torch.Tensor | None = None,
    ) -> Moment:
        """The step as seen by probes; a parameter without a gradient gets a gradient of zero.

        `all_targets` are those of all data if they differ from the task's.
        """
        import torch

        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self._parameters]
        return Moment(
            step,
            self._task,
            optimizer,
            inputs,
            targets,
            loss,
            settings,
            reduce,
            self._twin,
            self._task.targets if all_targets is None else all_targets,
            self._parameters,
            gradients,
        )

    def before(self, due: tuple[Probe, ...], moment: Moment) -> Readings:
        """Take the readings that need the gradients, and copy what the update overwrites if a probe needs it."""
        if any(probe.wants_previous for probe in due):
            moment.previous = [p.detach().clone() for p in moment.parameters]
            moment.gradients = [g.clone() for g in moment.gradients]
        row: dict[str, float] = {}
        for probe in due:
            began = time.perf_counter()
            row.update(probe.before_step(moment))
            self.seconds[probe.name] += time.perf_counter() - began
        return row

    def after(self, due: tuple[Probe, ...], moment: Moment) -> Readings:
        """Take the readings that need the update."""
        row: dict[str, float] = {}
        for probe in due:
            began = time.perf_counter()
            row.update(probe.after_step(moment))
            self.seconds[probe.name] += time.perf_counter() - began
        return row

    def state(self) -> State:
        """The state for a checkpoint, so that the next readings are the same."""
        return {name: probe.state() for name, probe in self.probes.items()}

    def restore(self, state: State, strides: Mapping[str, int]) -> None:
        """Restore `state` and strides; probes that were not on then start from scratch."""
        for name in self.probes.keys() & strides.keys():
            self.set_stride(name, strides[name])
        for name, probe in self.probes.items():
            kept = state.get(name)
            if isinstance(kept, dict):
                probe.restore(kept)
