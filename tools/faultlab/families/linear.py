"""Linear and logistic regression."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, sigmoid, softplus, squared


class Linear(Problem):
    """A linear rule with noise, for a number or for two classes."""

    name = "linear"
    rates = (0.1, 0.02)

    def setting(self) -> None:
        self.inputs, self.is_class = self.whole(3, 30), self.rng.random() < 0.4
        self.rule = 2 * self.randn(self.inputs) / self.inputs**0.5
        self.offset, self.mess = 3 * self.rng.random(), 0.05 + 0.5 * self.rng.random()

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        y = x @ self.rule + self.offset + (self.mess + 2 * self.shape.noise) * self.randn(count)
        return x, ((y > self.offset) if self.is_class else y).astype(np.float32)

    def build(self) -> None:
        self.head = self.dense(self.inputs, 1)
        self._made[self.head] *= 0.3

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        x, target = batch[0], batch[1][:, None]
        out = self.remember(x @ self.parts[self.head] + self.parts[self.head + 1], index)
        if self.is_class:
            found, slope = float(np.mean(softplus(out) - target * out)), (sigmoid(out) - target) / len(x)
            extra = {"accuracy": float(np.mean((out > 0) == (target > 0.5)))}
        else:
            (found, slope), extra = squared(out, target), {}
        if index is not None:
            self.learn_by_heart(slope, index)
            self.grads[self.head] += x.T @ slope
            self.grads[self.head + 1] += slope.sum(0)
        return found, extra
