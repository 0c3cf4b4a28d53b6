"""A picture or a sound as a function of its coordinates, by a network of sines."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Problem, Values, squared

UNITS = 32


class Field(Problem):
    """A sum of waves over one or two coordinates; the squared error falls over several powers of ten."""

    name = "field"
    like = "rnn"
    rates = (0.3, 0.005)

    def setting(self) -> None:
        self.inputs, self.width = self.whole(1, 2), self.whole(1, 3)
        self.waves = 3 * self.randn(self.inputs, 5)
        self.heights, self.phases = self.randn(5, self.width) / 2, 6 * self.rng.random(5)
        self.pitch = np.float32(self.rng.uniform(2, 6))

    def data(self, count: int) -> Batch:
        x = self.rng.uniform(-1, 1, (count, self.inputs)).astype(np.float32)
        found = np.sin(x @ self.waves + self.phases) @ self.heights
        return x, (found + 0.5 * self.shape.noise * self.randn(count, self.width)).astype(np.float32)

    def build(self) -> None:
        self.entry = self.dense(self.inputs, UNITS)
        self.inner = [self.dense(UNITS, UNITS) for _ in range(self.shape.depth - 1)]
        self.head = self.dense(UNITS, self.width)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        p, x, kept = self.parts, batch[0], []
        for place in (self.entry, *self.inner):
            pitch = self.pitch if place == self.entry else np.float32(1)
            turn = pitch * (x @ p[place] + p[place + 1])
            mask = np.float32(1)
            if self.shape.dropout and index is not None:
                keep = 1 - self.shape.dropout
                mask = (self.noise.random(turn.shape, dtype=np.float32) < keep) / np.float32(keep)
            kept.append((place, x, pitch * np.cos(turn) * mask))
            x = np.sin(turn) * mask
        found, slope = squared(self.remember(x @ p[self.head] + p[self.head + 1], index), batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            back = self._linear(self.head, x, slope)
            for place, before, steep in reversed(kept):
                back = self._linear(place, before, back * steep)
        return found, {"psnr": float(-10 * np.log10(max(found, 1e-12)))}

    def _linear(self, place: int, x: Values, slope: Values) -> Values:
        self.grads[place] += x.T @ slope
        self.grads[place + 1] += slope.sum(0)
        return slope @ self.parts[place].T
