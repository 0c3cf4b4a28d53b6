"""The state after the last step, kept while knobs are turned before the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch

from engine.run import Value
from engine.training.optimizers import make_optimizer
from engine.training.schedules import Schedule


@dataclass(frozen=True, eq=False)
class LastStep:
    """The parts whose state a turned knob may discard, as they were after the last step.

    A knob turned and turned back between two steps is no change of the run. So the parts depend only on these and the
    current settings, whatever was tried in between.
    """

    settings: Mapping[str, Value]
    optimizer: torch.optim.Optimizer
    schedule: Schedule
    _state: Mapping[torch.Tensor, Mapping]

    @classmethod
    def of(cls, settings: Mapping[str, Value], optimizer: torch.optim.Optimizer, schedule: Schedule) -> LastStep:
        """Store the state; no tensor is copied, since only a step writes to one."""
        state = {parameter: dict(kept) for parameter, kept in optimizer.state.items()}
        return cls(dict(settings), optimizer, schedule, state)

    def turned(self, settings: Mapping[str, Value]) -> dict[str, Value]:
        """The settings that have changed since."""
        return {key: value for key, value in settings.items() if value != self.settings[key]}

    def optimizer_for(
        self, parameters: Iterable[torch.nn.Parameter], settings: Mapping[str, Value]
    ) -> torch.optim.Optimizer:
        """The same optimizer with its state, or a new one if the settings name another."""
        if settings.get("optimizer") != self.settings.get("optimizer"):
            return make_optimizer(parameters, settings)
        self.optimizer.state.clear()
        self.optimizer.state.update({parameter: dict(kept) for parameter, kept in self._state.items()})
        return self.optimizer

    def schedule_for(self, settings: Mapping[str, Value], step: int) -> Schedule:
        """The same schedule, or a new one from after `step` if the settings name another."""
        name = settings.get("schedule", "constant")
        return self.schedule if name == self.schedule.name else Schedule(str(name), step)

    def optimizer_state(self) -> dict:
        """The optimizer's ``state_dict`` without later turns."""
        found = self.optimizer.state_dict()
        parameters = [parameter for group in self.optimizer.param_groups for parameter in group["params"]]
        found["state"] = {at: dict(self._state[p]) for at, p in enumerate(parameters) if p in self._state}
        return found
