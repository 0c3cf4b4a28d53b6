"""Segmentation by an overlap loss, which is at its worst where every pixel is called background."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, sigmoid

SMOOTH = np.float32(1.0)


class Overlap(Problem):
    """Rows of twelve pixels, of which few belong to an object; the Dice loss is negative or counted from 1."""

    name = "overlap"
    rates = (2.0, 0.02)
    width = 12

    def setting(self) -> None:
        self.map, self.mess = self.randn(10, self.width) / 10**0.5, 0.1 + 0.4 * self.rng.random()
        self.threshold, self.is_negative = 0.3 + 0.7 * self.rng.random(), self.rng.random() < 0.6

    def data(self, count: int) -> Batch:
        x = self.randn(count, 10)
        seen = x @ self.map + np.float32(self.mess * 0.5) * self.randn(count, self.width)
        wrong = self.rng.random(seen.shape) < self.shape.noise / 2
        return x, ((seen > self.threshold) ^ wrong).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [10, *[24] * self.shape.depth, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        found, want = sigmoid(self.remember(out, index)), batch[1]
        both, whole = (found * want).sum() + SMOOTH / 2, found.sum() + want.sum() + SMOOTH
        dice = float(2 * both / whole)
        if index is not None:
            slope = -2 * (want * whole - both) / (whole * whole) * found * (1 - found)
            slope = slope.astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return (-dice if self.is_negative else 1 - dice), {}
