"""Classification of points by a network of linear layers."""

from __future__ import annotations

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, cross_entropy


class Mlp(Problem):
    """Points around one to three centres a class."""

    name = "mlp"
    rates = (0.2, 0.01)

    def setting(self) -> None:
        self.width, self.inputs = (2, 3, 5, 10)[self.whole(0, 3)], self.whole(4, 20)
        self.centres = 1.3 * self.randn(self.width * self.whole(1, 3), self.inputs)
        self.is_tanh = self.rng.random() < 0.5

    def data(self, count: int) -> Batch:
        chosen = self.rng.integers(0, len(self.centres), count)
        points = self.centres[chosen] + self.randn(count, self.inputs)
        return points, self.spoiled(chosen % self.width, self.width)

    def build(self) -> None:
        self.net = Layers(self, [self.inputs, *[24] * self.shape.depth, self.width], self.is_tanh)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        found, slope, extra = cross_entropy(self.remember(out, index), batch[1])
        if index is not None:
            self.learn_by_heart(slope, index)
            self.net.backward(slope, kept)
        return found, extra
