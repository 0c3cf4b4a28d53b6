"""The next word from the last few, by a network whose embeddings are also the weights of its answers."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, cross_entropy

WIDE, UNITS = 10, 24


class Words(Problem):
    """Three words of a random chain with frequent and seldom words."""

    name = "words"
    like = "transformer"
    rates = (0.3, 0.01)

    def setting(self) -> None:
        self.width, self.length = self.whole(12, 60), 3
        self.often = 1 / np.arange(1, self.width + 1) ** self.rng.uniform(0.3, 1.2)
        self.often /= self.often.sum()
        self.table = self.rng.choice(self.width, (self.width, 2), p=self.often)
        self.mess = 0.2 + 0.3 * self.rng.random()

    def data(self, count: int) -> Batch:
        words = [self.rng.choice(self.width, count, p=self.often) for _ in range(2)]
        for _ in range(self.length - 1):
            is_random = self.rng.random(count) < min(1.0, self.mess + self.shape.noise)
            random = self.rng.choice(self.width, count, p=self.often)
            words.append(np.where(is_random, random, self.table[words[-1], words[-2] % 2]))
        return np.stack(words[:-1], 1), words[-1]

    def build(self) -> None:
        self.word = self.add(0.5 * self.randn(self.width, WIDE))
        self.entry, self.exit = self.dense(WIDE * self.length, UNITS), self.dense(UNITS, WIDE)
        self.level = self.add(np.zeros(self.width))

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, words = self.parts, batch[0]
        read = p[self.word][words].reshape(len(words), -1)
        inner = np.tanh(read @ p[self.entry] + p[self.entry + 1])
        mask = np.float32(1)
        if self.shape.dropout and index is not None:
            keep = 1 - self.shape.dropout
            mask = (self.noise.random(inner.shape, dtype=np.float32) < keep) / np.float32(keep)
        last = (inner * mask) @ p[self.exit] + p[self.exit + 1]
        out = self.remember(last @ p[self.word].T + p[self.level], index)
        found, slope, extra = cross_entropy(out, batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            self.grads[self.level] += slope.sum(0)
            self.grads[self.word] += slope.T @ last
            back = self._linear(self.exit, inner * mask, slope @ p[self.word])
            back = self._linear(self.entry, read, back * mask * (1 - inner * inner))
            np.add.at(self.grads[self.word], words, back.reshape(*words.shape, WIDE))
        return found, extra

    def _linear(self, place: int, x: Values, slope: Values) -> Values:
        self.grads[place] += x.T @ slope
        self.grads[place + 1] += slope.sum(0)
        return slope @ self.parts[place].T
