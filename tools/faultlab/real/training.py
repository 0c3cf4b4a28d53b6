"""The loop that people write, with places where a fault acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from tools.faultlab.real.tasks import Build, Task, task
from tools.faultlab.training import Record, Values

Data = tuple[Tensor, Tensor]
RATES = {"sgd": 0.1, "momentum": 0.02, "adam": 3e-3}
MOST_VALIDATIONS = 40


@dataclass
class Plan:
    """A training that is sound until a fault changes it.

    Attributes
    ----------
    rates : array of float
        Learning rate of each step.
    onset : int or None
        The step from which the fault acts, if it is not the first.
    before, after : list of function
        Called with the running training and the step, before the forward pass and after the backward pass.
    """

    net: str
    seed: int
    optimizer: str
    steps: int
    batch: int
    rates: Values
    build: Build = field(default_factory=Build)
    samples: int | None = None
    momentum: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    clip: float | None = None
    is_shuffled: bool = True
    is_sum: bool = False  # the loss of a batch is its sum over the usual batch size
    onset: int | None = None
    spoil: Callable[[Tensor, Tensor], Data] | None = None
    loss: Callable[[Tensor, Tensor], Tensor] | None = None
    at_start: list[Callable[[Running], None]] = field(default_factory=list)
    before: list[Callable[[Running, int], None]] = field(default_factory=list)
    after: list[Callable[[Running, int], None]] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return RATES[self.optimizer]


class Running:
    """A training that runs; faults act on its attributes."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.task: Task = task(plan.net, plan.seed, plan.build, plan.spoil)
        if plan.samples is not None:
            self.task.train = self.task.train[0][: plan.samples], self.task.train[1][: plan.samples]
        self.net, self.loss = self.task.net, plan.loss or self.task.loss
        self.optimizer = self.fresh(self.net.parameters())
        self.batch: Data = self.task.train
        self.saved: dict[str, Tensor] = {}
        self.draws = torch.Generator().manual_seed(plan.seed)
        for change in plan.at_start:
            change(self)

    def fresh(self, parameters: Iterator[nn.Parameter]) -> torch.optim.Optimizer:
        """An optimizer without a past."""
        plan, rate = self.plan, float(self.plan.rates[0])
        if plan.optimizer == "adam":
            return torch.optim.Adam(parameters, rate, (plan.momentum, plan.beta2), plan.eps)
        return torch.optim.SGD(parameters, rate, momentum=plan.momentum if plan.optimizer == "momentum" else 0.0)

    @property
    def an_epoch(self) -> int:
        """Steps of an epoch."""
        return max(1, -(-len(self.task.train[0]) // self.plan.batch))

    def run(self) -> Record:
        """Train to the end."""
        plan, kept, epoch = self.plan, [], self.an_epoch
        every = epoch * max(1, -(-plan.steps // (MOST_VALIDATIONS * epoch)))
        every = every if every * 8 <= plan.steps else max(1, plan.steps // 20)
        places, held = [], []
        for step in range(plan.steps):
            kept.append(self._step(step))
            if (step + 1) % every == 0:
                places.append(step)
                held.append(self._evaluated())
        columns = {name: np.array([row[i] for row in kept]) for i, name in enumerate(("loss", "lr", "grad_norm"))}
        found = {"loss": np.array([one[0] for one in held])}
        if self.task.has_classes:
            columns["accuracy"] = np.array([row[3] for row in kept])
            found["accuracy"] = np.array([one[1] for one in held])
        return Record(columns, np.array(places), found, epoch, False)

    def _step(self, step: int) -> tuple[float, float, float, float]:
        plan = self.plan
        rate = float(plan.rates[step])
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        index = self._index(step)
        self.batch = self.task.train[0][index], self.task.train[1][index]
        for change in plan.before:
            change(self, step)
        x, y = self.batch
        out = self.net(x)
        loss = self.loss(out, y)
        if plan.is_sum:
            loss = loss * len(index) / plan.batch
        self.net.zero_grad()
        loss.backward()
        for change in plan.after:
            change(self, step)
        norm = nn.utils.clip_grad_norm_(self.net.parameters(), plan.clip or float("inf"))
        self.optimizer.step()
        return float(loss.detach()), rate, float(norm), _right(out, y)

    def _index(self, step: int) -> Tensor:
        place, epoch = step % self.an_epoch, len(self.task.train[0])
        if place == 0:
            self._order = torch.randperm(epoch, generator=self.draws) if self.plan.is_shuffled else torch.arange(epoch)
        return self._order[place * self.plan.batch : (place + 1) * self.plan.batch]

    @torch.no_grad()
    def _evaluated(self) -> tuple[float, float]:
        self.net.eval()
        x, y = self.task.held
        out = self.net(x)
        self.net.train()
        return float(self.loss(out, y)), _right(out, y)


def _right(out: Tensor, y: Tensor) -> float:
    return float("nan") if y.dtype.is_floating_point else float((out.argmax(1) == y).float().mean())
