"""A mixture of experts: a gate weighs a few small networks, and a second loss keeps it from choosing one alone."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, squared

UNITS = 8


class Experts(Problem):
    """A rule that differs from region to region, for a number."""

    name = "experts"
    like = "rnn"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.inputs, self.experts = self.whole(4, 10), self.whole(2, 4)
        self.regions = 1.5 * self.randn(self.experts, self.inputs)
        self.rules = self.randn(self.experts, self.inputs) / self.inputs**0.5
        self.balance = float(10 ** self.rng.uniform(-3, -1))

    def data(self, count: int) -> Batch:
        chosen = self.rng.integers(0, self.experts, count)
        x = self.regions[chosen] + self.randn(count, self.inputs)
        target = 2 * np.tanh((x * self.rules[chosen]).sum(1)) + chosen
        return x, (target + (0.1 + self.shape.noise * 2) * self.randn(count)).astype(np.float32)[:, None]

    def build(self) -> None:
        self.gate = self.dense(self.inputs, self.experts)
        self.entry = self.dense(self.inputs, UNITS * self.experts)
        self.head = self.add(self.randn(self.experts, UNITS) / UNITS**0.5)
        self.level = self.add(np.zeros(self.experts))

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, x = self.parts, batch[0]
        logits = x @ p[self.gate] + p[self.gate + 1]
        powers = np.exp(logits - logits.max(1, keepdims=True))
        gate = powers / powers.sum(1, keepdims=True)
        inner = np.tanh(x @ p[self.entry] + p[self.entry + 1]).reshape(len(x), self.experts, UNITS)
        mask = np.float32(1)
        if self.shape.dropout and index is not None:
            keep = 1 - self.shape.dropout
            mask = (self.noise.random(inner.shape, dtype=np.float32) < keep) / np.float32(keep)
        said = (inner * mask * p[self.head]).sum(2) + p[self.level]
        found, slope = squared(self.remember((gate * said).sum(1, keepdims=True), index), batch[1])
        use = gate.mean(0)
        unevenness = self.balance * self.experts * float((use * use).sum())
        if index is not None:
            self.learn_by_heart(slope, index)
            by_said = slope * gate
            by_inner = by_said[:, :, None] * p[self.head] * mask * (1 - inner * inner)
            self.grads[self.head] += (by_said[:, :, None] * inner * mask).sum(0)
            self.grads[self.level] += by_said.sum(0)
            self._linear(self.entry, x, by_inner.reshape(len(x), -1))
            by_gate = slope * said + 2 * self.balance * self.experts * use / len(x)
            self._linear(self.gate, x, gate * (by_gate - (by_gate * gate).sum(1, keepdims=True)))
        return found + unevenness, {"balance_loss": unevenness}

    def _linear(self, place: int, x: Values, slope: Values) -> None:
        self.grads[place] += x.T @ slope
        self.grads[place + 1] += slope.sum(0)
