"""Distillation: a small network learns the softened answers of a larger one, so its loss can come near zero."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values


class Pupils(Problem):
    """Shares of classes that a fixed network of random weights gives, at a temperature."""

    name = "pupils"
    like = "sums"
    rates = (1.0, 0.01)

    def setting(self) -> None:
        self.inputs, self.width = self.whole(5, 12), self.whole(3, 8)
        self.first = self.randn(self.inputs, 12) * 1.5 / self.inputs**0.5
        self.last, self.warmth = self.randn(12, self.width), float(self.rng.uniform(1, 4))

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        logits = np.maximum(x @ self.first, 0) @ self.last + 3 * self.shape.noise * self.randn(count, self.width)
        powers = np.exp((logits - logits.max(1, keepdims=True)) / self.warmth)
        return x, (powers / powers.sum(1, keepdims=True)).astype(np.float32)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[16] * self.shape.depth, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        out, want = self.remember(out, index), batch[1]
        logs = out - out.max(1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(1, keepdims=True))
        size = want.sum(1, keepdims=True)
        found = float(np.mean((want * (np.log(np.maximum(want, 1e-12)) - logs)).sum(1)))
        if index is not None:
            slope = ((np.exp(logs) * size - want) / len(out)).astype(np.float32)
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, {"accuracy": float(np.mean(out.argmax(1) == want.argmax(1)))}
