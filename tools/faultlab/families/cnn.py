"""Classification of small images by a convolutional network."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy

SIDE, PATCH, STRIDE = 8, 3, 2


class Cnn(Problem):
    """Images of eight by eight: a class' pattern in noise; patches of three by three share their weights."""

    name = "cnn"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.width = (2, 4, 10)[self.whole(0, 2)]
        self.patterns = self.randn(self.width, SIDE * SIDE)
        self.mess = 0.5 + self.rng.random(dtype=np.float32)
        starts = range(0, SIDE - PATCH + 1, STRIDE)
        self.patches = np.array(
            [[(a + i) * SIDE + b + j for i in range(PATCH) for j in range(PATCH)] for a in starts for b in starts]
        )

    def data(self, count: int) -> Batch:
        labels = self.rng.integers(0, self.width, count)
        images = self.patterns[labels] + self.mess * self.randn(count, SIDE * SIDE)
        return images, self.spoiled(labels, self.width)

    def build(self) -> None:
        self.filters = Layers(self, [PATCH * PATCH, *[8] * self.shape.depth])
        self.head = self.dense(8 * len(self.patches), self.width)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        seen, kept = self.filters.forward(batch[0][:, self.patches], index is not None)
        flat = np.maximum(seen, 0).reshape(len(seen), -1)
        out = flat @ self.parts[self.head] + self.parts[self.head + 1]
        found, slope, extra = cross_entropy(self.remember(out, index), batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            self.grads[self.head] += flat.T @ slope
            self.grads[self.head + 1] += slope.sum(0)
            back = (slope @ self.parts[self.head].T).reshape(seen.shape) * (seen > 0)
            self.filters.backward(back, kept)
        return found, extra
