"""A forecast with its own uncertainty: the loss is a negative logarithm of a density, and may be below zero."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values

FARTHEST = 9.0  # of the logarithm of a variance


class Density(Problem):
    """A number whose scatter depends on the inputs, by its mean and the logarithm of its variance."""

    name = "density"
    like = "sums"
    rates = (0.03, 0.008)
    width = 2

    def setting(self) -> None:
        self.inputs = self.whole(3, 10)
        self.rule, self.bend, self.spread = (self.randn(self.inputs) / self.inputs**0.5 for _ in range(3))
        self.size = float(10 ** (0.8 * self.rng.random() - 0.6))

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        scatter = (0.1 + 2 * self.shape.noise) * np.exp(x @ self.spread)
        target = np.sin(2 * x @ self.rule) + x @ self.bend + scatter * self.randn(count)
        return x, (self.size * target).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[24] * self.shape.depth, 2], is_tanh=True)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        out = self.remember(out, index)
        mean, log = out[:, 0], np.clip(out[:, 1], -FARTHEST, FARTHEST)
        away, sure = mean - batch[1], np.exp(-log)
        found = float(np.mean(log + away * away * sure) / 2)
        if index is not None:
            by_log = np.where(np.abs(out[:, 1]) < FARTHEST, (1 - away * away * sure) / 2, 0)
            slope = (np.stack([away * sure, by_log], 1) / len(out)).astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, {"mse": float(np.mean(away * away))}
