"""What a family of trainings offers: data, weights, and the loss of a mini-batch with its gradient.

Written by hand over NumPy, since a library's overhead would be several times the arithmetic of networks this small.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

Values = np.ndarray[Any, Any]
Batch = tuple[Values, ...]
Extra = dict[str, float]


@dataclass
class Shape:
    """What a training is made with; a fault may change any of it before the network is built.

    Attributes
    ----------
    samples : int
        Training samples.
    noise : float
        Share of wrong labels, or of noise in the targets.
    depth : int
        Hidden layers, where a family has them.
    dropout : float
    has_bank : bool
        Whether the network has a few weights of its own for every training sample, and so can memorise it.
    scale : float
        Multiplies a third of the inputs.
    has_small_start : bool
        Whether layers begin as PyTorch draws them, evenly within 1/√inputs: a third of the variance that keeps a signal
        as large as it is, or a sixth where half of it is cut off. Many a sound loss stays flat at first for it.
    """

    samples: int
    noise: float = 0.0
    depth: int = 2
    dropout: float = 0.0
    has_bank: bool = False
    scale: float = 1.0
    is_unrelated: bool = False
    is_sorted: bool = False
    has_small_start: bool = False


class Problem(ABC):
    """A family: data, weights and loss.

    Attributes
    ----------
    like : str
        Of a family that came later: it takes every fault that takes the one named here.
    rates : tuple of float
        Learning rates that serve gradient descent and Adam.
    train, held : tuple of array
        Training and validation data; the first axis are the samples.
    weights, gradient : array
        All weights, and their gradient, in one vector; `parts` and `grads` are views of it.
    """

    name = ""
    like = ""
    rates = (0.1, 0.01)
    is_moving = False  # the objective itself moves
    kind_of_loss = "loss"
    width = 1  # outputs of the network

    def __init__(self, shape: Shape, seed: int) -> None:
        self.shape = shape
        self.rng = np.random.default_rng([seed, 0])
        self.noise = np.random.default_rng([seed, 2])
        self.setting()
        self.train, self.held = self.data(shape.samples), self.data(128)
        self._spoil()
        self._made: list[Values] = []
        self.build()
        self.bank = self.add(np.zeros((shape.samples, self.width))) if shape.has_bank else None
        self._flatten()

    @abstractmethod
    def setting(self) -> None:
        """Draw what all samples have in common."""

    @abstractmethod
    def data(self, count: int) -> Batch:
        """Draw samples; all calls draw from the same distribution."""

    @abstractmethod
    def build(self) -> None:
        """Add the weights."""

    @abstractmethod
    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        """The loss of a mini-batch and what else may be logged; with `index`, its gradient is written as well."""

    def add(self, values: Values) -> int:
        """Add a matrix or vector of weights; its place in `parts`."""
        self._made.append(values)
        return len(self._made) - 1

    def dense(self, inputs: int, outputs: int) -> int:
        """Add a linear layer, whose bias is the next part."""
        scale = (1.0 / inputs) ** 0.5
        if self.shape.has_small_start:
            place = self.add(self.rng.uniform(-scale, scale, (inputs, outputs)))
            self.add(self.rng.uniform(-scale, scale, outputs))
        else:
            place = self.add(self.rng.normal(0, 1, (inputs, outputs)) * scale)
            self.add(np.zeros(outputs))
        return place

    def matrices(self) -> list[int]:
        """The parts that are matrices, apart from what is remembered of single samples."""
        return [i for i, part in enumerate(self.parts) if part.ndim > 1 and i != self.bank]

    def remember(self, out: Values, index: Values | None) -> Values:
        """Outputs with what is remembered of each sample."""
        if self.bank is None or index is None:
            return out
        return out + self.parts[self.bank][index].reshape(out.shape)

    def learn_by_heart(self, slope: Values, index: Values) -> None:
        """Write the gradient of what is remembered."""
        if self.bank is not None:
            self.grads[self.bank][index] += slope.reshape(len(index), -1)

    def key(self) -> Values:
        """What samples are sorted by when they come in a fixed order."""
        return self.train[-1].reshape(len(self.train[-1]), -1)[:, 0]

    def _flatten(self) -> None:
        self.weights = np.concatenate([part.ravel() for part in self._made]).astype(np.float32)
        self.gradient = np.zeros_like(self.weights)
        ends = np.cumsum([part.size for part in self._made])[:-1]
        shapes = [part.shape for part in self._made]
        self.parts, self.grads = (
            [piece.reshape(shape) for piece, shape in zip(np.split(whole, ends), shapes, strict=True)]
            for whole in (self.weights, self.gradient)
        )

    def _spoil(self) -> None:
        shape, inputs = self.shape, self.train[0]
        if shape.scale != 1.0 and inputs.dtype.kind == "f":
            flat = np.ones(inputs.shape[-1], np.float32)
            flat[: max(1, inputs.shape[-1] // 3)] = shape.scale
            self.train, self.held = (inputs * flat, *self.train[1:]), (self.held[0] * flat, *self.held[1:])
        if shape.is_unrelated:
            self.train, self.held = (self._mixed(part) for part in (self.train, self.held))
        if shape.is_sorted:
            order = np.argsort(self.key(), kind="stable")
            self.train = tuple(part[order] for part in self.train)

    def _mixed(self, data: Batch) -> Batch:
        order = self.rng.permutation(len(data[0]))
        return data[0], *(part[order] for part in data[1:])

    def randn(self, *size: int) -> Values:
        return self.rng.standard_normal(size, dtype=np.float32)

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def spoiled(self, labels: Values, classes: int) -> Values:
        """Labels of which a share is drawn at random."""
        wrong = self.rng.random(labels.shape) < self.shape.noise
        return np.where(wrong, self.rng.integers(0, classes, labels.shape), labels)


class Layers:
    """Linear layers with an activation and dropout between them.

    Parameters
    ----------
    problem : Problem
        Which they are added to.
    widths : list of int
    """

    def __init__(self, problem: Problem, widths: list[int], is_tanh: bool = False) -> None:
        self.problem, self.is_tanh = problem, is_tanh
        self.places = [problem.dense(a, b) for a, b in pairwise(widths)]
        if not is_tanh and not problem.shape.has_small_start:
            for place in self.places[:-1]:
                problem._made[place] *= 2**0.5

    def forward(self, x: Values, is_training: bool) -> tuple[Values, list[Any]]:
        """Outputs, and what `backward` needs."""
        parts, kept, drop = self.problem.parts, [], self.problem.shape.dropout
        for place in self.places[:-1]:
            before, x = x, x @ parts[place] + parts[place + 1]
            x = np.tanh(x) if self.is_tanh else np.maximum(x, 0)
            mask = None
            if drop and is_training:
                mask = (self.problem.noise.random(x.shape, dtype=np.float32) > drop) / np.float32(1 - drop)
            kept.append((before, x, mask))
            x = x if mask is None else x * mask
        last = self.places[-1]
        return x @ parts[last] + parts[last + 1], [*kept, x]

    def backward(self, slope: Values, kept: list[Any]) -> Values:
        """Write the gradients; return the slope by the inputs."""
        parts, grads = self.problem.parts, self.problem.grads
        *inner, x = kept
        for place, one in zip(reversed(self.places), [None, *reversed(inner)], strict=True):
            if one is not None:
                before, out, mask = one
                slope = slope if mask is None else slope * mask
                slope = slope * (1 - out * out) if self.is_tanh else slope * (out > 0)
                x = before
            wide, flat = x.reshape(-1, x.shape[-1]), slope.reshape(-1, slope.shape[-1])
            grads[place] += wide.T @ flat
            grads[place + 1] += flat.sum(0)
            slope = slope @ parts[place].T
        return slope


def cross_entropy(out: Values, labels: Values) -> tuple[float, Values, Extra]:
    """Mean loss over all labels, its slope by the outputs, and accuracy."""
    flat, want = out.reshape(-1, out.shape[-1]), labels.ravel()
    shifted = flat - flat.max(1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(1, keepdims=True)
    rows = np.arange(len(want))
    found = float(np.mean(np.log(total[:, 0]) - shifted[rows, want]))
    slope = powers / total
    slope[rows, want] -= 1
    right = float(np.mean(flat.argmax(1) == want))
    return found, (slope / len(want)).reshape(out.shape).astype(np.float32), {"accuracy": right}


def squared(out: Values, target: Values) -> tuple[float, Values]:
    """Mean squared error and its slope."""
    away = out - target
    return float(np.mean(away * away)), 2 * away / away.size


def softplus(x: Values) -> Values:
    return np.logaddexp(0, x)


def sigmoid(x: Values) -> Values:
    return 1 / (1 + np.exp(-np.clip(x, -60, 60)))
