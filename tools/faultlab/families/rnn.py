"""A recurrent network over short sequences, for classes or for a number."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, cross_entropy, squared

UNITS = 12


class Rnn(Problem):
    """Whether, or by how much, the first half of a sequence outweighs the second."""

    name = "rnn"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.length, self.width = self.whole(4, 8), 2 if self.rng.random() < 0.6 else 1

    def data(self, count: int) -> Batch:
        x, half = self.randn(count, self.length, 3), self.length // 2
        target = x[:, :half, 0].sum(1) - x[:, half:, 1].sum(1)
        target += 2 * self.shape.noise * target.std() * self.randn(count)
        return x, ((target > 0).astype(int) if self.width == 2 else target)

    def build(self) -> None:
        self.inward, self.across, self.head = (
            self.dense(3, UNITS),
            self.dense(UNITS, UNITS),
            self.dense(UNITS, self.width),
        )

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        parts, (x, target) = self.parts, batch
        driven = x @ parts[self.inward] + parts[self.inward + 1]
        states = [np.zeros((len(x), UNITS), np.float32)]
        for t in range(self.length):
            states.append(np.tanh(driven[:, t] + states[-1] @ parts[self.across] + parts[self.across + 1]))
        last, mask = states[-1], None
        if self.shape.dropout and index is not None:
            keep = 1 - self.shape.dropout
            mask = (self.noise.random(last.shape, dtype=np.float32) < keep) / np.float32(keep)
        read = last if mask is None else last * mask
        out = self.remember(read @ parts[self.head] + parts[self.head + 1], index)
        if self.width == 2:
            found, slope, extra = cross_entropy(out, target)
        else:
            (found, slope), extra = squared(out, target[:, None]), {}
        if index is not None:
            self.learn_by_heart(slope, index)
            self._back(x, states, read, mask, slope)
        return found, extra

    def _back(self, x: Values, states: list[Values], read: Values, mask: Values | None, slope: Values) -> None:
        parts, grads = self.parts, self.grads
        grads[self.head] += read.T @ slope
        grads[self.head + 1] += slope.sum(0)
        back = slope @ parts[self.head].T
        back = back if mask is None else back * mask
        for t in range(self.length - 1, -1, -1):
            back = back * (1 - states[t + 1] ** 2)
            total = back.sum(0)
            grads[self.inward] += x[:, t].T @ back
            grads[self.inward + 1] += total
            grads[self.across] += states[t].T @ back
            grads[self.across + 1] += total
            back = back @ parts[self.across].T
