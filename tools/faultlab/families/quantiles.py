"""Forecasts of quantiles, whose loss is absolute: its slope does not fade where the error does."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values


class Quantiles(Problem):
    """One to three quantiles of a number, with scatter of heavy tails."""

    name = "quantiles"
    like = "sums"
    rates = (0.1, 0.008)

    def setting(self) -> None:
        self.inputs, self.width = self.whole(4, 12), (1, 3)[self.whole(0, 1)]
        self.shares = np.array([[0.5], [0.1, 0.5, 0.9]][self.width > 1], np.float32)
        self.rules, self.size = self.randn(self.inputs, 3) / self.inputs**0.5, float(10 ** self.rng.uniform(-1, 1))

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        a, b, c = (x @ self.rules).T
        scatter = (0.1 + self.shape.noise) * self.rng.standard_t(3, count)
        return x, (self.size * (a + 2 * np.tanh(b * c) + scatter)).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[24] * self.shape.depth, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        away = batch[1][:, None] - self.remember(out, index) * np.float32(self.size)
        found = float(np.mean(np.maximum(self.shares * away, (self.shares - 1) * away)))
        if index is not None:
            slope = (((away < 0) - self.shares) * (self.size / away.size)).astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, {"mae": float(np.mean(np.abs(away)))}
