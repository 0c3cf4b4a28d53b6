"""Counts by a Poisson regression over layers: the forecast is a power of e, and steps that are too long run away."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values

FARTHEST = 30.0  # of a logarithm of a count


class Counts(Problem):
    """How often something happens, from a few to dozens; the loss is below zero where counts are large."""

    name = "counts"
    like = "sums"
    rates = (0.03, 0.01)

    def setting(self) -> None:
        self.inputs = self.whole(4, 12)
        self.rule, self.usual = self.randn(self.inputs) / self.inputs**0.5, float(np.exp(self.rng.uniform(0, 2)))

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        drawn = np.exp((1 + self.shape.noise * 2) * 0.3 * self.randn(count))
        seen = self.rng.poisson(self.usual * drawn * np.exp(np.clip(np.sin(x @ self.rule * 2), -3, 3)))
        return x, seen.astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[20] * self.shape.depth, 1])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        log = self.remember(out, index)[:, 0].astype(float)
        told = np.exp(np.minimum(log, FARTHEST))
        found = float(np.mean(told - batch[1] * log))
        if index is not None:
            slope = ((told - batch[1]) / len(log)).astype(np.float32)[:, None]
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, {}
