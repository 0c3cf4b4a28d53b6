"""A demo as the loop trains it: a task, the order of its samples, an optimizer and a schedule from settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch

from engine.probes.probing import Probing
from engine.run import Value
from engine.tasks.base import Task
from engine.tasks.networks import Dropout
from engine.tasks.randomness import torch_generator
from engine.training.checkpoints import copied
from engine.training.faults import corrupted, noisy_targets
from engine.training.last_step import LastStep
from engine.training.optimizers import make_optimizer, set_lr, set_options, take_step
from engine.training.order import Order, steps_in_epoch
from engine.training.schedules import Schedule


class DemoTrainee:
    """Trains a task by its settings.

    Parameters
    ----------
    task : Task
    settings : dict
        Current values; a corrupted mini-batch is taken back here.
    waiting : mapping
        Values deferred to the next epoch.
    seed : int
        Determines the order of the samples and dropout, each by its own generator.
    """

    def __init__(
        self, task: Task, settings: dict[str, Value], waiting: Mapping[str, Value], seed: int, device: str
    ) -> None:
        self.task, self.settings, self.seed = task, settings, seed
        self._waiting = waiting
        task.model.train()
        self._parameters = list(task.model.parameters())
        self.samples = len(task.inputs)
        self.optimizer = make_optimizer(self._parameters, settings)
        self.order = Order(self.samples, torch_generator(seed, "order"), device)
        self.schedule = Schedule(str(settings.get("schedule", "constant")))
        self.dropout_generator = torch_generator(seed, "dropout")
        self.dropouts = [m for m in task.model.modules() if isinstance(m, Dropout)]
        for dropout in self.dropouts:
            dropout.generator = self.dropout_generator
        self._made = 0  # updates so far
        self._last_step: LastStep | None = None  # while something is turned before the next one
        self._apply_settings()

    # Where it is

    @property
    def is_under_way(self) -> bool:
        return bool(self.order.length)

    @property
    def is_epoch_over(self) -> bool:
        return self.order.position == self.order.length

    @property
    def share(self) -> float:
        return self.order.position / self.order.length if self.order.length else 0.0

    @property
    def next_epoch_length(self) -> int:
        """Updates in the next epoch."""
        settings = self.settings | dict(self._waiting)
        return steps_in_epoch(self.samples, settings.get("batch_size", "full"), bool(settings.get("drop_last", False)))

    def planned_steps(self, step: int, epochs: int) -> int:
        under_way = 1 if self.order.length else 0
        further = max(0, int(self.settings.get("epochs", 1)) - epochs - under_way)  # type: ignore[arg-type]
        return step + self.order.length - self.order.position + further * self.next_epoch_length

    def is_exhausted(self, epochs: int) -> bool:
        return False  # its steps are always known

    # One update

    def begin_epoch(self, step: int) -> None:
        settings = self.settings
        self.order.begin_epoch(
            settings.get("batch_size", "full"),
            bool(settings.get("shuffle")),
            bool(settings.get("drop_last")),
            bool(settings.get("replacement")),
        )

    def end_epoch(self) -> None:
        self.order.end_epoch()
        self.schedule.end_epoch()

    def update(self, step: int, planned_steps: int | None, probing: Probing | None = None) -> dict[str, float]:
        task, optimizer = self.task, self.optimizer
        inputs, targets = self._mini_batch()
        assert planned_steps is not None
        set_lr(optimizer, self._base_lr * self.schedule.factor(step - 1, planned_steps))
        for parameter in self._parameters:  # what zero_grad does, without its bookkeeping: 7 % at batch size 1
            parameter.grad = None
        outputs = task.model(inputs)
        reduced = self._reduce(task.losses(outputs, targets))
        reduced.backward()
        loss = reduced.item()
        accuracy = None if task.correct is None else task.correct(outputs, targets).sum().item() / len(inputs)
        self.schedule.observe(loss, accuracy, len(inputs))
        row = {"loss": loss, "lr": optimizer.param_groups[0]["lr"], "batch_size": len(inputs)}
        if accuracy is not None:
            row["accuracy"] = accuracy
        due = () if probing is None else probing.due(step)
        if probing is not None and due:
            moment = probing.moment(step, optimizer, inputs, targets, loss, self.settings, self._reduce, self.targets)
            row.update(probing.before(due, moment))
            self._move()
            row.update(probing.after(due, moment))
        else:
            self._move()
        self._made, self._last_step = step, None
        return row

    def _mini_batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        indices = self.order.next()
        inputs, targets = self.task.inputs, self.targets
        if indices is not None:
            inputs, targets = inputs.index_select(0, indices), targets.index_select(0, indices)
        if self.settings.get("corrupt_batch"):
            inputs = corrupted(inputs)
            self.settings["corrupt_batch"] = False
        return inputs, targets

    def _move(self) -> None:
        if self._clip_norm is not None:
            torch.nn.utils.clip_grad_norm_(self._parameters, self._clip_norm)
        take_step(self.optimizer, self._clip_update)

    # What can be changed

    def turn(self, key: str, value: Value) -> None:
        if self.settings[key] == value:
            return
        if self._last_step is None:
            self._last_step = self._as_of_now()
        self.settings[key] = value
        self.optimizer = self._last_step.optimizer_for(self._parameters, self.settings)
        self.schedule = self._last_step.schedule_for(self.settings, self._made)
        self._apply_settings()

    def _as_of_now(self) -> LastStep:
        return LastStep.of(self.settings, self.optimizer, self.schedule)

    def _apply_settings(self) -> None:
        """Apply the current settings, caching what the hot path needs."""
        settings = self.settings
        set_options(self.optimizer, settings)
        self._base_lr = float(settings.get("lr", 0.0))  # type: ignore[arg-type]
        self._clip_norm = _limit(settings.get("clip_norm", "off"))
        self._clip_update = _limit(settings.get("clip_update", "off"))
        self._reduce: Callable[[torch.Tensor], torch.Tensor] = torch.mean
        if settings.get("reduction") == "sum_over_nominal":
            self._reduce = self._sum_over_nominal
        share = float(settings.get("label_noise", 0.0))  # type: ignore[arg-type]
        self.targets = noisy_targets(self.task.targets, share, self.seed)
        for dropout in self.dropouts:
            dropout.share = float(settings.get("dropout", 0.0))  # type: ignore[arg-type]

    def _sum_over_nominal(self, losses: torch.Tensor) -> torch.Tensor:
        return losses.sum() / self.order.nominal_size

    def skip(self, batches: int) -> None:
        for _batch in range(min(batches, self.order.length - self.order.position - 1)):
            self.order.next()

    def parameters(self) -> list[torch.nn.Parameter]:
        return self._parameters

    # Looks and places

    def look(self) -> float:
        """Mean loss over all samples in evaluation mode, without changing the model."""
        task, model = self.task, self.task.model
        was_training = model.training
        model.eval()
        try:
            with torch.no_grad():
                return float(task.losses(model(task.inputs), task.targets).mean())
        finally:
            model.train(was_training)

    def at_last_step(self) -> LastStep:
        """The settings and the parts after the last update; what was turned since is due with the next one."""
        return self._last_step or self._as_of_now()

    def state(self) -> dict[str, Any]:
        last = self.at_last_step()
        found = {
            "model": self.task.model.state_dict(),
            "optimizer": last.optimizer_state(),
            "order": self.order.state(),
            "dropout": self.dropout_generator.get_state(),
            "schedule": last.schedule.state(),
        }
        return {key: copied(part) for key, part in found.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        found = copied({key: state[key] for key in ("model", "optimizer", "order", "dropout", "schedule")})
        self.task.model.load_state_dict(found["model"])
        self.optimizer.load_state_dict(found["optimizer"])
        self.order.restore(found["order"])
        self.dropout_generator.set_state(found["dropout"])
        self.schedule = Schedule.restored(found["schedule"])
        self._made = state["step"]
        self._apply_settings()


def _limit(value: Value) -> float | None:
    return None if value in ("off", None) else float(value)
