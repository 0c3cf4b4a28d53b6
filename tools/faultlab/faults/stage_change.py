"""A new stage of training begins: other data, another objective, augmentation, or layers that were frozen before."""

import numpy as np

from tools.faultlab.draws import base_rate
from tools.faultlab.faults.base import ORDINARY, Fault, forget, some_step
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training

WAYS = ("data", "data", "objective", "augmentation", "unfreezing")


class StageChange(Fault):
    name = "stage_change"
    families = ORDINARY

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        onset = setup.onset = some_step(setup, rng, 0.25, 0.8)
        way, strength, is_fresh = str(rng.choice(WAYS)), float(rng.uniform(1.3, 4)), rng.random() < 0.3
        is_both = rng.random() < 0.5
        if way == "unfreezing":
            setup.rates[onset:] = base_rate(setup.family, setup.optimizer) * rng.uniform(1.5, 6)

        def begin(training: Training, step: int) -> None:
            if step != onset:
                return
            if is_fresh:
                forget(training)
            if way == "data":
                training.problem.train = _other(training.problem.train)
                training.problem.held = _other(training.problem.held) if is_both else training.problem.held
                training.batch = _other(training.batch)

        def change(training: Training, step: int) -> None:
            if step >= onset and way == "augmentation":
                inputs, *rest = training.batch
                if inputs.dtype.kind == "f":
                    blur = training.problem.noise.standard_normal(inputs.shape, dtype=np.float32)
                    training.batch = (inputs + np.float32(0.4 * strength) * blur, *rest)

        def weigh(training: Training, step: int) -> None:
            if way == "objective" and step >= onset:
                training.gradient *= np.float32(strength)
                training.loss_factor = strength
            if way == "unfreezing" and step < onset:
                for place in training.problem.matrices()[:-1]:
                    training.problem.grads[place][:] = 0

        setup.before += [begin, change]
        setup.after.append(weigh)


def _other(data: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    """The same inputs with their parts in another place, or other words for the same thing."""
    inputs, *rest = data
    if inputs.dtype.kind == "f":
        return np.roll(inputs, 1, axis=-1), *rest
    return inputs.max() - inputs, *rest
