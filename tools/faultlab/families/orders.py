"""Learning to rank: which of two things comes first, by a logistic loss or by a margin that the loss can reach."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, sigmoid, softplus


class Orders(Problem):
    """Pairs of things, whose score is a hidden rule; both go through the same network."""

    name = "orders"
    like = "sums"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.inputs, self.has_margin = self.whole(4, 12), self.rng.random() < 0.5
        self.rules = self.randn(self.inputs, 2) / self.inputs**0.5

    def data(self, count: int) -> Batch:
        x = self.randn(count, 2, self.inputs)
        score = np.tanh(2 * x @ self.rules[:, 0]) + x @ self.rules[:, 1] + 0.2 * self.randn(count, 2)
        is_first = score[:, 0] > score[:, 1]
        return x, np.where(is_first ^ (self.rng.random(count) < self.shape.noise), 1, -1).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[20] * self.shape.depth, 1])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        apart = self.remember(out[:, 0, 0] - out[:, 1, 0], index) * batch[1]
        losses = np.maximum(1 - apart, 0) if self.has_margin else softplus(-apart)
        if index is not None:
            slope = (-1.0 * (apart < 1) if self.has_margin else -sigmoid(-apart)) * batch[1] / len(apart)
            slope = slope.astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(np.stack([slope, -slope], 1)[:, :, None], kept)
        return float(np.mean(losses)), {"accuracy": float(np.mean(apart > 0))}
