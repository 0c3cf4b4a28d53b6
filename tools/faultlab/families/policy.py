"""Policy gradient with a baseline, judged by its reward."""

from __future__ import annotations

import numpy as np

from tools.faultlab.families.base import Batch, Extra, Layers, Problem, Values


class Policy(Problem):
    """A choice among a few actions in a random state; the reward is how well it fits, with noise."""

    name = "policy"
    rates = (0.5, 0.01)
    is_moving = True
    kind_of_loss = "policy_loss"

    def setting(self) -> None:
        self.actions, self.best = self.whole(3, 8), self.randn(6, 8)
        self.mess, self.penalty = 0.3 + self.rng.random(), 0.05 * self.rng.random()
        self.baseline = 0.0

    def data(self, count: int) -> Batch:
        states = self.randn(count, 6)
        return states, states @ self.best[:, : self.actions]

    def build(self) -> None:
        self.net = Layers(self, [6, 20, self.actions], is_tanh=True)

    def loss(self, batch: Batch, index: Values | None) -> tuple[float, Extra]:
        out, kept = self.net.forward(batch[0], index is not None)
        powers = np.exp(out - out.max(1, keepdims=True))
        chance = powers / powers.sum(1, keepdims=True)
        rows = np.arange(len(out))
        drawn = (chance.cumsum(1) < self.noise.random((len(out), 1))).sum(1).clip(0, self.actions - 1)
        reward = batch[1][rows, drawn] + self.mess * self.noise.standard_normal(len(out))
        gain = reward - self.baseline
        logs = np.log(np.maximum(chance, 1e-12))
        bound = float(np.mean((chance * logs).sum(1)))
        found = float(-np.mean(logs[rows, drawn] * gain)) + self.penalty * bound
        if index is not None:
            self.baseline = 0.95 * self.baseline + 0.05 * float(reward.mean())
            slope = chance * gain[:, None]
            slope[rows, drawn] -= gain
            slope += self.penalty * chance * (logs - (chance * logs).sum(1, keepdims=True))
            self.net.backward((slope / len(out)).astype(np.float32), kept)
        return found, {"policy_loss": found, "reward": float(reward.mean()), "entropy": -bound}
