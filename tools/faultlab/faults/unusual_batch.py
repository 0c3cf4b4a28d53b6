"""One mini-batch is unlike the others, once or in every epoch."""

import numpy as np

from tools.faultlab.faults.base import ORDINARY, Fault, between, some_step
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training


class UnusualBatch(Fault):
    name = "unusual_batch"
    families = ORDINARY
    cadences = ("step", "step", "every")

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset = setup.onset = some_step(setup, rng, 0.2, 0.9)
        scale, length, is_label = between(rng, 3, 60), int(rng.choice((1, 1, 1, 2, 3))), rng.random() < 0.3
        is_again = rng.random() < 0.2  # the same samples, in every epoch from then on

        def spoil(training: Training, step: int) -> None:
            if not onset <= step < onset + length and not (
                is_again and step > onset and (step - onset) % setup.an_epoch < length
            ):
                return
            inputs, *rest = training.batch
            if not is_label and inputs.dtype.kind == "f":
                inputs = inputs * scale
            if rest[-1].dtype.kind == "f":
                rest[-1] = -scale * rest[-1] if setup.family not in ("linear",) else rest[-1][::-1]
            else:
                rest[-1] = rest[-1][::-1]
            training.batch = (inputs, *rest)

        setup.before.append(spoil)
