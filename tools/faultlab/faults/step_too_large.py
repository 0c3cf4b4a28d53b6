"""The learning rate is far too large, from the start or at the end of a warm-up."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import ORDINARY, Fault, between, with_rate
from tools.faultlab.setup import Setup


class StepTooLarge(Fault):
    name = "step_too_large"
    face = "worse"
    families = (*ORDINARY, "policy")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        with_rate(setup, base_rate(setup.family, setup.optimizer) * between(rng, 4, 100), setup.schedule)
        setup.clip_norm = None
        if rng.random() < 0.35:
            rise = np.minimum(1, (np.arange(setup.steps) + 1) / (setup.steps * rng.uniform(0.2, 0.9)))
            setup.rates, setup.schedule = setup.lr * rise ** rng.choice((1, 2, 3)), "warmup"

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        return (self.name, "dead_units") if is_dead else (self.name,)
