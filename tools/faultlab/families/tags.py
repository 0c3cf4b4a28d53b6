"""Many answers of yes or no for each sample, most of them no."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, sigmoid, softplus


class Tags(Problem):
    """Rare tags of a sample; the loss is the mean or the sum over them, and yes may count for more."""

    name = "tags"
    like = "sums"
    rates = (0.3, 0.01)

    def setting(self) -> None:
        self.inputs, self.width = self.whole(6, 14), self.whole(5, 20)
        self.map = self.randn(self.inputs, self.width) * 2 / self.inputs**0.5
        self.rarity, self.pull = self.rng.uniform(1, 3, self.width), float(self.rng.choice((1, 1, 3, 10)))
        self.size = self.width if self.rng.random() < 0.3 else 1

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        has = x @ self.map + 0.3 * self.randn(count, self.width) > self.rarity
        return x, (has ^ (self.rng.random(has.shape) < self.shape.noise / 3)).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[24] * self.shape.depth, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        out, want = self.remember(out, index), batch[1]
        found = self.size * float(np.mean(self.pull * want * softplus(-out) + (1 - want) * softplus(out)))
        if index is not None:
            slope = (1 - want) * sigmoid(out) - self.pull * want * sigmoid(-out)
            slope = (slope * (self.size / out.size)).astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, {"recall": float(((out > 0) * want).sum() / max(1.0, want.sum()))}
