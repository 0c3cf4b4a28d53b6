"""Classification tasks with cross-entropy loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import nn
from torch.nn import functional

from engine.run import Value
from engine.tasks.base import Task
from engine.tasks.initialisation import build
from engine.tasks.randomness import torch_generator


def classification(
    network: Callable[[], nn.Module],
    inputs: torch.Tensor,
    classes: torch.Tensor,
    settings: Mapping[str, Value],
    seed: int,
    names: tuple[str, ...] = (),
) -> Task:
    """Build a task with initial weights drawn according to the settings; `names` are those of the classes."""
    scheme = str(settings.get("init", "default"))
    std = float(settings.get("init_std", 0.02))  # type: ignore[arg-type]
    model = build(network, torch_generator(seed, "init"), scheme, std)
    return Task(model, inputs, classes, cross_entropy, is_correct, names)


def cross_entropy(outputs: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of each sample in nats, shape (batch,)."""
    return functional.cross_entropy(outputs, classes, reduction="none")


def is_correct(outputs: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Whether each sample's largest output is that of its class, shape (batch,)."""
    return outputs.argmax(1) == classes
