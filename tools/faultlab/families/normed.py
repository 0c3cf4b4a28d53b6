"""Classification or regression of a table by residual blocks with batch normalization."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, cross_entropy, squared

WIDE, INNER = 16, 24
LITTLE = np.float32(1e-5)


class Normed(Problem):
    """Columns of a table, of which some count by their sign alone; held data are normalized by means of the past."""

    name = "normed"
    like = "rnn"
    rates = (0.1, 0.01)

    def setting(self) -> None:
        self.inputs, self.width = self.whole(6, 16), (1, 2, 4)[self.whole(0, 2)]
        self.rule = self.randn(2 * self.inputs, max(2, self.width)) / self.inputs**0.5
        self.cross = self.randn(self.inputs, self.inputs) / self.inputs

    def data(self, count: int) -> Batch:
        x = self.randn(count, self.inputs)
        seen = np.concatenate([x * (x @ self.cross) * 3, np.sign(x)], 1) @ self.rule
        if self.width > 1:
            return x, self.spoiled(seen[:, : self.width].argmax(1), self.width)
        return x, seen[:, :1] + np.float32(0.2 + 2 * self.shape.noise) * self.randn(count, 1)

    def build(self) -> None:
        self.entry = self.dense(self.inputs, WIDE)
        self.blocks = []
        for _ in range(self.shape.depth):
            scale, shift = self.add(np.ones(WIDE)), self.add(np.zeros(WIDE))
            self.blocks.append((scale, shift, self.dense(WIDE, INNER), self.dense(INNER, WIDE)))
        self.head = self.dense(WIDE, self.width)
        self.means, self.squares = np.zeros((len(self.blocks), WIDE)), np.ones((len(self.blocks), WIDE))

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, is_training = self.parts, index is not None
        x = batch[0] @ p[self.entry] + p[self.entry + 1]
        kept = []
        for place in range(len(self.blocks)):
            more, held = self._block(place, x, is_training)
            kept.append(held)
            x = x + more
        out, extra = self.remember(x @ p[self.head] + p[self.head + 1], index), {}
        if self.width > 1:
            found, slope, extra = cross_entropy(out, batch[1])
        else:
            found, slope = squared(out, batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            back = self._linear(self.head, x, slope)
            for place in range(len(self.blocks) - 1, -1, -1):
                back = back + self._block_back(place, kept[place], back)
            self._linear(self.entry, batch[0], back)
        return found, extra

    def _block(self, place: int, x: Values, is_training: bool) -> tuple[Values, tuple[Values, ...]]:
        p, (scale, shift, first, last) = self.parts, self.blocks[place]
        mean, spread = x.mean(0), x.var(0)
        if is_training:
            self.means[place] += 0.1 * (mean - self.means[place])
            self.squares[place] += 0.1 * (spread - self.squares[place])
        else:
            mean, spread = self.means[place], self.squares[place]
        root = np.sqrt(spread + LITTLE).astype(x.dtype)
        unit = (x - mean.astype(x.dtype)) / root
        read = unit * p[scale] + p[shift]
        inner = np.maximum(read @ p[first] + p[first + 1], 0)
        mask = np.ones_like(inner)
        if self.shape.dropout and is_training:
            keep = 1 - self.shape.dropout
            mask = (self.noise.random(inner.shape, dtype=np.float32) < keep) / np.float32(keep)
        return inner * mask @ p[last] + p[last + 1], (root, unit, read, inner, mask)

    def _block_back(self, place: int, kept: tuple[Values, ...], back: Values) -> Values:
        scale, shift, first, last = self.blocks[place]
        root, unit, read, inner, mask = kept
        slope = self._linear(last, inner * mask, back) * mask * (inner > 0)
        slope = self._linear(first, read, slope)
        self.grads[scale] += (slope * unit).sum(0)
        self.grads[shift] += slope.sum(0)
        slope = slope * self.parts[scale]
        return (slope - slope.mean(0) - unit * (slope * unit).mean(0)) / root

    def _linear(self, place: int, x: Values, slope: Values) -> Values:
        self.grads[place] += x.T @ slope
        self.grads[place + 1] += slope.sum(0)
        return slope @ self.parts[place].T
