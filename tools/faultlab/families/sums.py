"""A sum of several losses over one trunk."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy, squared


class Sums(Problem):
    """A class and a place of each sample, as in detection."""

    name = "sums"
    rates = (0.1, 0.01)

    def setting(self) -> None:
        self.classes, self.map = self.whole(3, 6), self.randn(10, 2) / 3
        self.width, self.centres = self.classes + 2, 1.5 * self.randn(self.classes, 10)
        self.weight = float(10 ** (1.5 * self.rng.random() - 0.5))

    def data(self, count: int) -> Batch:
        labels = self.rng.integers(0, self.classes, count)
        x = self.centres[labels] + self.randn(count, 10)
        place = np.tanh(x @ self.map) + np.float32(self.shape.noise) * self.randn(count, 2)
        return x, place, self.spoiled(labels, self.classes)

    def build(self) -> None:
        self.net = Layers(self, [10, *[24] * self.shape.depth, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        out = self.remember(out, index)
        named, by_class, _right = cross_entropy(out[:, 2:], batch[2])
        placed, by_place = squared(out[:, :2], batch[1])
        if index is not None:
            slope = np.concatenate([self.weight * by_place, by_class], 1)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return named + self.weight * placed, {"cls_loss": named, "box_loss": self.weight * placed}
