"""Contrastive learning: the loss starts at the logarithm of the batch size."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy


class Contrastive(Problem):
    """Two noisy views of a point shall be closer to each other than to all others of the mini-batch."""

    name = "contrastive"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.map, self.mess = self.randn(4, 12), np.float32(0.3 + 0.7 * self.rng.random())
        self.warmth = np.float32(0.1 + 0.4 * self.rng.random())

    def data(self, count: int) -> Batch:
        hidden = np.tanh(self.randn(count, 4) @ self.map)
        one, two = (hidden + (self.mess + np.float32(self.shape.noise)) * self.randn(count, 12) for _ in range(2))
        return one, two

    def build(self) -> None:
        self.net = Layers(self, [12, *[24] * self.shape.depth, 8])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        ways = [self.net.forward(view, index is not None) for view in batch[:2]]
        lengths = [np.linalg.norm(out, axis=1, keepdims=True) + np.float32(1e-6) for out, _ in ways]
        one, two = (out / length for (out, _), length in zip(ways, lengths, strict=True))
        found, slope, extra = cross_entropy(one @ two.T / self.warmth, np.arange(len(one)))
        if index is not None:
            slope = slope / self.warmth
            for unit, length, by_unit, (_, kept) in zip(
                (one, two), lengths, (slope @ two, slope.T @ one), ways, strict=True
            ):
                self.net.backward((by_unit - unit * (by_unit * unit).sum(1, keepdims=True)) / length, kept)
        return found, extra
