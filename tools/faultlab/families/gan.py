"""A generator and a discriminator of points in the plane."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values, sigmoid, softplus


class Gan(Problem):
    """Points on a ring; both networks take their step at once."""

    name = "gan"
    rates = (0.1, 0.005)
    is_moving = True
    kind_of_loss = "loss_D"

    def setting(self) -> None:
        self.radius = 1 + self.rng.random()

    def data(self, count: int) -> Batch:
        angle = 2 * np.pi * self.rng.random(count)
        ring = np.stack([np.cos(angle), np.sin(angle)], 1) * self.radius + 0.1 * self.randn(count, 2)
        return ring.astype(np.float32), ring

    def build(self) -> None:
        self.generator, self.judge = Layers(self, [4, 20, 2]), Layers(self, [2, 20, 1])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        count = len(batch[0])
        drawn = self.noise.standard_normal((count, 4), dtype=np.float32)
        fake, made = self.generator.forward(drawn, index is not None)
        for_true, seen = self.judge.forward(batch[0], index is not None)
        for_fake, caught = self.judge.forward(fake, index is not None)
        own = float(softplus(-for_true).mean() + softplus(for_fake).mean())
        other = float(softplus(-for_fake).mean())
        if index is not None:
            by_fake = self.judge.backward(-sigmoid(-for_fake) / count, caught)  # what the generator wants
            self.gradient[:] = 0
            self.generator.backward(by_fake, made)
            self.judge.backward(-sigmoid(-for_true) / count, seen)
            self.judge.backward(sigmoid(for_fake) / count, caught)
        away = float(np.mean(np.abs(np.linalg.norm(fake, axis=1) - self.radius)))
        return own + other, {"loss_D": own, "loss_G": other, "distance": away}
