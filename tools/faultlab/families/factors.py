"""Matrix factorization: ratings, or whether a person took a thing, by products of embeddings."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, sigmoid, softplus, squared


class Factors(Problem):
    """Pairs of a person and a thing; most embeddings are left alone by a mini-batch."""

    name = "factors"
    like = "transformer"
    rates = (1.0, 0.02)

    def setting(self) -> None:
        self.count, self.wide, self.is_choice = self.whole(12, 40), self.whole(4, 10), self.rng.random() < 0.5
        self.people, self.things = self.randn(self.count, 3), self.randn(self.count, 3)
        self.liked = 0.5 * self.randn(self.count)

    def data(self, count: int) -> Batch:
        pairs = self.rng.integers(0, self.count, (count, 2))
        found = (self.people[pairs[:, 0]] * self.things[pairs[:, 1]]).sum(1) + self.liked[pairs[:, 1]]
        found += np.float32(0.3 + 3 * self.shape.noise) * self.randn(count)
        return pairs, ((found > 0) if self.is_choice else found + 3).astype(np.float32)

    def build(self) -> None:
        self.sides = [self.add(0.4 * self.randn(self.count, self.wide)) for _ in range(2)]
        self.offsets = [self.add(np.zeros(self.count)) for _ in range(2)]
        self.level = self.add(np.zeros(1))

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, (one, two) = self.parts, batch[0].T
        left, right = p[self.sides[0]][one], p[self.sides[1]][two]
        mask = np.ones_like(left)
        if self.shape.dropout and index is not None:
            keep = 1 - self.shape.dropout
            mask = (self.noise.random(left.shape, dtype=np.float32) < keep) / np.float32(keep)
        out = (left * right * mask).sum(1) + p[self.offsets[0]][one] + p[self.offsets[1]][two] + p[self.level]
        out, extra = self.remember(out, index), {}
        if self.is_choice:
            found = float(np.mean(softplus(out) - batch[1] * out))
            slope = ((sigmoid(out) - batch[1]) / len(out)).astype(np.float32)
            extra = {"accuracy": float(np.mean((out > 0) == (batch[1] > 0.5)))}
        else:
            found, slope = squared(out, batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            np.add.at(self.grads[self.sides[0]], one, slope[:, None] * right * mask)
            np.add.at(self.grads[self.sides[1]], two, slope[:, None] * left * mask)
            np.add.at(self.grads[self.offsets[0]], one, slope)
            np.add.at(self.grads[self.offsets[1]], two, slope)
            self.grads[self.level] += slope.sum()
        return found, extra
