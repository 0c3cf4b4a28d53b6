"""The network falls back to one constant answer after it had learned."""

import numpy as np

from tools.faultlab.faults.base import Fault, between, some_step
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class OneAnswer(Fault):
    name = "one_answer"
    families = ("overlap", "mlp", "overlap", "cnn", "overlap", "sums")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset, way = some_step(setup, rng, 0.15, 0.85), str(rng.choice(("push", "slide")))
        setup.onset, length, depth = onset, int(rng.choice((5, 15, 30))), between(rng, 8, 25)
        if way == "push":
            length = 1

        def fall(training: Training, step: int) -> None:
            if not onset <= step < onset + length:
                return
            parts, matrices = training.problem.parts, training.problem.matrices()
            if setup.family == "overlap":  # all background, where the sigmoid lets no gradient through
                parts[matrices[-1] + 1] -= np.float32(depth / length)
                parts[matrices[-1]] *= np.float32(0.01 ** (1 / length))
                return
            for place in matrices[:-1]:
                reach = 5 * np.linalg.norm(parts[place], axis=0) + 3
                parts[place + 1] -= (reach / length).astype(np.float32)

        setup.before.append(fall)

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        return (self.name, "dead_units") if is_dead and setup.family != "overlap" else (self.name,)
