"""A plain or variational autoencoder."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values


class Autoencoder(Problem):
    """Points near a curved sheet of few dimensions; the loss is a sum or a mean over the inputs."""

    name = "autoencoder"
    rates = (0.1, 0.01)

    def setting(self) -> None:
        self.width, self.latent = self.whole(8, 24), self.whole(2, 4)
        self.map = self.randn(self.latent, self.width) / self.latent**0.5
        self.is_variational, is_sum = self.rng.random() < 0.5, self.rng.random() < 0.4
        self.weight = 10 ** (-2 + 1.5 * self.rng.random())
        self.scale = self.width if is_sum else 1

    def data(self, count: int) -> Batch:
        points = np.tanh(2 * self.randn(count, self.latent) @ self.map)
        points = points + np.float32(0.05 + self.shape.noise) * self.randn(count, self.width)
        return points, points.copy()

    def build(self) -> None:
        inner = [20] * max(1, self.shape.depth - 1)
        self.encoder = Layers(self, [self.width, *inner, self.latent * (1 + self.is_variational)])
        self.decoder = Layers(self, [self.latent, *inner, self.width])

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        is_training, count = index is not None, len(batch[0])
        code, first = self.encoder.forward(batch[0], is_training)
        divergence, share = 0.0, np.float32(self.weight / self.width)
        if self.is_variational:
            mean, log = np.split(code, 2, 1)
            log = np.clip(log, -20, 60)
            drawn = self.noise.standard_normal(mean.shape, dtype=np.float32)
            code = mean + np.exp(log / 2) * drawn
            divergence = float(0.5 * np.mean((mean**2 + np.exp(log) - 1 - log).sum(1)))
        out, second = self.decoder.forward(code, is_training)
        away = self.remember(out, index) - batch[1]
        found = self.scale * (float(np.mean(away * away)) + float(share) * divergence)
        if is_training:
            slope = (2 * self.scale / away.size) * away
            self.learn_by_heart(slope, index)  # type: ignore[arg-type]
            back = self.decoder.backward(slope, second)
            if self.is_variational:
                size = share * self.scale / count
                by_log = back * drawn * np.exp(log / 2) / 2 + size * 0.5 * (np.exp(log) - 1)
                back = np.concatenate([back + size * mean, by_log], 1)
            self.encoder.backward(back, first)
        return found, ({"kl": divergence} if self.is_variational else {})
