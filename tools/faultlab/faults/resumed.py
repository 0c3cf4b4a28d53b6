"""The run is resumed without its optimizer state, from older weights, or with a part of the network made anew."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import ORDINARY, Fault, forget, some_step
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class Resumed(Fault):
    name = "resumed"
    families = (*ORDINARY, "policy")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset = setup.onset = some_step(setup, rng, 0.3, 0.8)
        way, back = str(rng.choice(("older", "head", "state", "rate"))), rng.uniform(0.05, 0.9)
        if way in ("state", "rate"):
            setup.rates[onset:] = base_rate(setup.family, setup.optimizer) * rng.uniform(1.5, 5)

        def resume(training: Training, step: int) -> None:
            if way == "older" and step == int(onset * (1 - back)):
                training.saved = training.weights.copy()
            if step != onset:
                return
            forget(training)
            if way == "older":
                training.weights[:] = training.saved
            if way == "head":
                last = training.problem.parts[training.problem.matrices()[-1]]
                last[:] = last.std() * training.problem.randn(*last.shape)
            if way == "state" and setup.optimizer in ("adam", "adamw"):
                training.age = 10_000  # the step count is kept, so the bias is not corrected

        setup.before.append(resume)
