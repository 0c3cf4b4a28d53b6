"""Classification of nodes by their neighbours, or of sets: what each member says is added up."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy


class Sets(Problem):
    """Sets of members whose kinds are hidden in noise; the class is the kind that most of them have."""

    name = "sets"
    like = "rnn"
    rates = (0.1, 0.01)

    def setting(self) -> None:
        self.width, self.members, self.inputs = self.whole(2, 5), self.whole(4, 9), self.whole(4, 8)
        self.kinds = 1.5 * self.randn(self.width, self.inputs)
        self.is_sum = self.rng.random() < 0.5

    def data(self, count: int) -> Batch:
        labels = self.rng.integers(0, self.width, count)
        is_other = self.rng.random((count, self.members)) < 0.5
        drawn = np.where(is_other, self.rng.integers(0, self.width, is_other.shape), labels[:, None])
        return self.kinds[drawn] + self.randn(count, self.members, self.inputs), self.spoiled(labels, self.width)

    def build(self) -> None:
        self.each = Layers(self, [self.inputs, *[16] * self.shape.depth])
        self.head = Layers(self, [16, 16, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        seen, kept = self.each.forward(batch[0], index is not None)
        share = np.float32(1 if self.is_sum else 1 / self.members)
        whole = np.maximum(seen, 0).sum(1) * share
        out, read = self.head.forward(whole, index is not None)
        found, slope, extra = cross_entropy(self.remember(out, index), batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            back = self.head.backward(slope, read)[:, None] * share * (seen > 0)
            self.each.backward(back, kept)
        return found, extra
