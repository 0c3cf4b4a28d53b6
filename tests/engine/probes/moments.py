"""Steps of tiny trainings, as a probe sees them."""

from __future__ import annotations

import torch
from torch import nn

from engine.probes.base import Moment, Probe
from engine.probes.probing import Probing
from engine.tasks.base import Task


def squares(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return 0.5 * (outputs - targets).square().sum(1)


def network_task(samples: int = 12, seed: int = 0, outputs: int = 2) -> Task:
    """A tanh network on random data, in float64."""
    draw = torch.Generator().manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, outputs)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(0.7 * torch.randn(p.shape, generator=draw, dtype=p.dtype))
    inputs = torch.randn(samples, 3, generator=draw, dtype=torch.float64)
    return Task(model, inputs, torch.randn(samples, outputs, generator=draw, dtype=torch.float64), squares)


class Point(nn.Module):
    """The weights themselves are the output: with `squares` and scaled inputs a quadratic."""

    def __init__(self, start: list[float]) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.tensor(start, dtype=torch.float64))

    def forward(self, scales: torch.Tensor) -> torch.Tensor:
        return scales * self.place


def quadratic_task(curvatures: list[float], start: list[float]) -> Task:
    """L(θ) = ½ Σ λᵢ θᵢ²: gradient λθ, Hessian diag(λ)."""
    inputs = torch.tensor([curvatures], dtype=torch.float64).sqrt()
    return Task(Point(start), inputs, torch.zeros_like(inputs), squares)


class Bench:
    """Trains a task by hand and lets one probe read at every step."""

    def __init__(self, task: Task, probe: Probe, rule: torch.optim.Optimizer, /, **settings: object) -> None:
        self.task, self.probe, self.optimizer, self.settings = task, probe, rule, settings
        self.probing = Probing("bench", settings, task, "none")  # type: ignore[arg-type]
        self.moment: Moment | None = None
        self.step = 0

    def read(self, rows: slice = slice(None)) -> dict[str, float]:
        """Make a step on these samples and give what the probe read."""
        self.step += 1
        inputs, targets = self.task.inputs[rows], self.task.targets[rows]
        self.optimizer.zero_grad()
        loss = self.task.losses(self.task.model(inputs), targets).mean()  # type: ignore[operator]
        loss.backward()
        moment = self.probing.moment(
            self.step,
            self.optimizer,
            inputs,
            targets,
            loss.item(),
            self.settings,
            torch.mean,  # type: ignore[arg-type]
        )
        row = dict(self.probing.before((self.probe,), moment))
        self.optimizer.step()
        row.update(self.probing.after((self.probe,), moment))
        self.moment = moment
        return row


def sgd(task: Task, lr: float, momentum: float = 0.0) -> torch.optim.Optimizer:
    return torch.optim.SGD(task.model.parameters(), lr, momentum=momentum)


def flat_parameters(task: Task) -> torch.Tensor:
    return torch.cat([p.detach().reshape(-1) for p in task.model.parameters()]).clone()


def loss_at(task: Task, flat: torch.Tensor, rows: slice = slice(None)) -> torch.Tensor:
    """The mean loss as a function of one flat vector: the obvious way to a dense Hessian."""
    values, start = {}, 0
    for name, p in task.model.named_parameters():
        values[name] = flat[start : start + p.numel()].view_as(p)
        start += p.numel()
    outputs = torch.func.functional_call(task.model, values, (task.inputs[rows],))
    return task.losses(outputs, task.targets[rows]).mean()  # type: ignore[operator]
