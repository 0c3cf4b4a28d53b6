"""A small transformer that predicts the next token."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy

WIDE = 12


class Transformer(Problem):
    """Sequences of a random chain; one layer of causal attention and one of feeding forward, each added."""

    name = "transformer"
    rates = (0.3, 0.01)

    def setting(self) -> None:
        self.vocabulary, self.length = self.whole(6, 40), 6
        self.width = self.length * self.vocabulary
        self.table = self.rng.integers(0, self.vocabulary, (self.vocabulary, 2))
        self.mess = 0.1 + 0.4 * self.rng.random()
        self.seen = np.triu(np.full((self.length, self.length), -1e9, np.float32), 1)

    def data(self, count: int) -> Batch:
        tokens = [self.rng.integers(0, self.vocabulary, count) for _ in range(2)]
        for _ in range(self.length - 1):
            is_random = self.rng.random(count) < min(1.0, self.mess + self.shape.noise)
            random = self.rng.integers(0, self.vocabulary, count)
            tokens.append(np.where(is_random, random, self.table[tokens[-1], tokens[-2] % 2]))
        whole = np.stack(tokens, 1)
        return whole[:, :-1], whole[:, 1:]

    def build(self) -> None:
        self.token = self.add(0.5 * self.randn(self.vocabulary, WIDE))
        self.place = self.add(0.3 * self.randn(self.length, WIDE))
        self.mix, self.out = self.dense(WIDE, 3 * WIDE), self.dense(WIDE, WIDE)
        self.feed = Layers(self, [WIDE, 24, WIDE])
        self.head = self.dense(WIDE, self.vocabulary)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, tokens = self.parts, batch[0]
        x = p[self.token][tokens] + p[self.place]
        q, k, v = np.split(x @ p[self.mix] + p[self.mix + 1], 3, -1)
        close = q @ k.transpose(0, 2, 1) / np.float32(WIDE**0.5) + self.seen
        close = np.exp(close - close.max(-1, keepdims=True))
        close /= close.sum(-1, keepdims=True)
        read = close @ v
        first = x + read @ p[self.out] + p[self.out + 1]
        more, kept = self.feed.forward(first, index is not None)
        second = first + more
        logits = self.remember(second @ p[self.head] + p[self.head + 1], index)
        found, slope, extra = cross_entropy(logits, batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            back = self._linear(self.head, second, slope)
            back = back + self.feed.backward(back, kept)
            self._attend(tokens, x, (q, k, v), close, read, back)
        return found, extra

    def _attend(
        self, tokens: Values, x: Values, qkv: tuple[Values, ...], close: Values, read: Values, back: Values
    ) -> None:
        q, k, v = qkv
        by_read = self._linear(self.out, read, back)
        by_v = close.transpose(0, 2, 1) @ by_read
        by_close = by_read @ v.transpose(0, 2, 1)
        by_close = close * (by_close - (by_close * close).sum(-1, keepdims=True)) / np.float32(WIDE**0.5)
        by_q, by_k = by_close @ k, by_close.transpose(0, 2, 1) @ q
        back = back + self._linear(self.mix, x, np.concatenate([by_q, by_k, by_v], -1))
        np.add.at(self.grads[self.token], tokens, back)
        self.grads[self.place] += back.sum(0)

    def _linear(self, place: int, x: Values, slope: Values) -> Values:
        flat = slope.reshape(-1, slope.shape[-1])
        self.grads[place] += x.reshape(-1, x.shape[-1]).T @ flat
        self.grads[place + 1] += flat.sum(0)
        return slope @ self.parts[place].T
