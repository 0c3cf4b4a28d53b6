"""The loop that trains a setup, quickly: all weights lie in one vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.discovery import discover
from tools.faultlab.families.base import Batch, Problem
from tools.faultlab.setup import Setup

Values = np.ndarray[Any, Any]


@dataclass
class Record:
    """What a training measured: columns by step, and validation by the steps it was done at."""

    columns: dict[str, Values]
    validated: Values
    validation: dict[str, Values]
    an_epoch: int
    is_dead: bool


class Training:
    """Network, optimizer state and data order of a run; hooks of faults act on its attributes.

    Attributes
    ----------
    weights, gradient : array
    first, second : array
        The optimizer's means of gradients and of their squares, and `age`, its count of steps.
    batch : tuple of array
        The mini-batch of this step.
    logged_loss : float or None
        What is logged instead of the loss.
    loss_factor : float
        Times which the loss is logged.
    wall : tuple or None
        A place, the distance from it at which the loss begins to climb, and how steeply.
    saved : array
        Weights that a hook kept.
    """

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        found = discover("tools.faultlab.families", Problem)
        self.problem = found[setup.family](setup.shape, setup.seed)
        self.orders = np.random.default_rng([setup.seed, 1])
        self.weights, self.gradient = self.problem.weights, self.problem.gradient
        self.first, self.second, self.age = np.zeros_like(self.weights), np.zeros_like(self.weights), 0
        self.batch: Batch = ()
        self.saved = self.weights
        self.lr, self.is_frozen, self.loss_factor = setup.lr, False, 1.0
        self.logged_loss: float | None = None
        self.wall: tuple[Values, float, float] | None = None
        self._order = np.arange(setup.shape.samples)
        self._keep: dict[str, list[float]] = {}
        for hook in setup.at_start:
            hook(self)

    def run(self) -> Record:
        """Train to the end."""
        setup, epoch = self.setup, self.setup.an_epoch
        every = epoch * max(1, -(-setup.steps // (setup.validations * epoch)))
        if every * 8 > setup.steps:
            every = max(1, setup.steps // 20)
        validated: list[int] = []
        validation: dict[str, list[float]] = {}
        for step in range(setup.steps):
            self._step(step)
            if setup.is_validated and (step + 1) % every == 0:
                validated.append(step)
                loss, extra = self.problem.loss(self.problem.held, None)
                for name, value in {"loss": loss, **extra}.items():
                    validation.setdefault(name, []).append(value)
        columns = {name: np.array(values) for name, values in self._keep.items()}
        found = {name: np.array(values) for name, values in validation.items()}
        return Record(columns, np.array(validated), found, epoch, self._is_dead())

    def _step(self, step: int) -> None:
        setup = self.setup
        self.lr, self.logged_loss = float(setup.rates[step]), None
        index = self._index(step)
        self.batch = tuple(part[index] for part in self.problem.train)
        for hook in setup.before:
            hook(self, step)
        self.gradient[:] = 0
        loss, extra = self.problem.loss(self.batch, index)
        if setup.reduction == "nominal" and len(index) < setup.batch_size:
            loss *= len(index) / setup.batch_size
            self.gradient *= len(index) / setup.batch_size
        for hook in setup.after:
            hook(self, step)
        if self.wall is not None:
            loss += self._climb()
        norm = float(np.sqrt(np.dot(self.gradient, self.gradient)))
        if setup.clip_norm is not None and norm > setup.clip_norm:
            self.gradient *= setup.clip_norm / norm
        if not self.is_frozen:
            self._update()
        loss = loss * self.loss_factor if self.logged_loss is None else self.logged_loss
        for name, value in (("loss", loss), ("lr", self.lr), ("grad_norm", norm), *extra.items()):
            self._keep.setdefault(name, []).append(value)

    def _climb(self) -> float:
        """Add the gradient of the wall; return its height."""
        assert self.wall is not None
        centre, distance, steepness = self.wall
        away = self.weights - centre
        length = float(np.linalg.norm(away))
        if length <= distance:
            return 0.0
        self.gradient += away * np.float32(steepness / max(length, 1e-9))
        return steepness * (length - distance)

    def _index(self, step: int) -> Values:
        setup = self.setup
        count, place = setup.shape.samples, step % setup.an_epoch
        if setup.has_replacement:
            return self.orders.choice(count, setup.batch_size, replace=False)
        if place == 0 and setup.is_shuffled:
            self._order = self.orders.permutation(count)
        return self._order[place * setup.batch_size : (place + 1) * setup.batch_size]

    def _update(self) -> None:
        setup, g, w = self.setup, self.gradient, self.weights
        if setup.optimizer == "sgd":
            w -= self.lr * g
            return
        if setup.optimizer == "momentum":
            self.first *= setup.momentum
            self.first += g
            w -= self.lr * self.first
            return
        self.age += 1
        self.second *= setup.beta2
        self.second += (1 - setup.beta2) * g * g
        if setup.optimizer == "rmsprop":
            w -= self.lr * g / (np.sqrt(self.second) + setup.eps)
            return
        self.first *= setup.momentum
        self.first += (1 - setup.momentum) * g
        root = np.sqrt(self.second / (1 - setup.beta2**self.age)) + setup.eps
        if setup.optimizer == "adamw":
            w *= 1 - self.lr * 0.01
        w -= (self.lr / (1 - setup.momentum**self.age)) * self.first / root

    def _is_dead(self) -> bool:
        """Whether the network's first layers answer the same to every input: the gradient of its first matrix is 0."""
        self.gradient[:] = 0
        rows = np.arange(min(64, self.setup.shape.samples))
        self.problem.loss(tuple(part[rows] for part in self.problem.train), rows)
        return bool(np.isfinite(self.gradient).all() and not self.problem.grads[0].any())
