"""A hidden rule is learned by heart from few samples; weight decay wears that down until the rule wins.

As in Liu et al., Omnigrok (2023): weights that start large, few samples, and a decay that shrinks them slowly. The rule
is the product of two signs (Barak et al., Hidden Progress in Deep Learning, 2022), which no single input tells.
"""

from __future__ import annotations

import numpy as np

from tools.faultlab.draws import base_rate, families
from tools.faultlab.families.base import Batch, Shape, Values
from tools.faultlab.faults.base import Fault, between, with_rate
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training

HELD = 256  # samples to validate on
OPTIMIZERS = ("adam", "adam", "adam", "adamw", "rmsprop")


class Grokking(Fault):
    name = "grokking"
    face = "grok"
    tries = 9
    families = ("mlp", "sums", "rnn")
    without = ("counts", "density", "experts", "field", "orders", "quantiles", "sets")  # no rule, or few inputs
    cadences = ("step", "every", "epoch", "running")
    needs = ("val",)

    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        seeds = rng.integers(2**31, size=4).tolist()
        inputs, setup.seed = max((_inputs(setup.family, seed), seed) for seed in seeds)
        setup.shape.noise, setup.shape.samples = 0.0, round(inputs * between(rng, 3.5, 7))
        setup.batch_size = setup.shape.samples // int(rng.choice((1, 1, 2)))
        setup.steps, setup.validations = round(between(rng, 2500, 5000)), round(between(rng, 40, 300))
        setup.optimizer, setup.clip_norm = str(rng.choice(OPTIMIZERS)), None
        with_rate(setup, base_rate(setup.family, setup.optimizer) * between(rng, 0.12, 0.5))
        is_in_gradient = rng.random() < 0.8  # where Adam and RMSprop rescale it, or beside it
        setup.weight_decay = between(rng, 1e-3, 5e-3) if is_in_gradient else between(rng, 1e-3, 3e-3) / setup.lr
        size, seed = between(rng, 1.2, 5), int(rng.integers(2**32))

        def start(training: Training) -> None:
            hide_a_rule(training, np.random.default_rng(seed))
            matrices = training.problem.matrices()
            for place in matrices:
                training.problem.parts[place] *= np.float32(size ** (1 / len(matrices)))

        def pull(training: Training, step: int) -> None:
            training.gradient += np.float32(setup.weight_decay) * training.weights

        def shrink(training: Training, step: int) -> None:
            training.weights *= np.float32(1 - training.lr * setup.weight_decay)

        setup.at_start.append(start)
        setup.after.append(pull if is_in_gradient else shrink)


def _inputs(family: str, seed: int) -> int:
    """Numbers that a sample is made of."""
    return int(families()[family](Shape(8), seed).train[0][0].size)


def hide_a_rule(training: Training, rng: np.random.Generator) -> None:
    """Give all samples inputs of random signs, and one of two answers by the product of two of them."""
    problem = training.problem
    shape, size = problem.train[0].shape[1:], problem.train[0][0].size
    places = size - 1 - rng.choice(shape[-1], min(2, shape[-1]), replace=False)  # of the last member, if there are some
    answers = [_two_of(part) for part in problem.train[1:]]

    def drawn(count: int) -> Batch:
        signs = rng.choice(np.array([-1, 1], np.float32), (count, size))
        is_one = (signs[:, places].prod(1) > 0).astype(int)
        return signs.reshape(count, *shape), *(two[is_one] for two in answers)

    problem.train, problem.held = drawn(len(problem.train[0])), drawn(HELD)


def _two_of(part: Values) -> Values:
    """Two answers that differ, of those that there are."""
    order = np.argsort(part.reshape(len(part), -1)[:, 0], kind="stable")
    low, high = part[order[len(order) // 10]], part[order[-1 - len(order) // 10]]
    return np.stack([low, high] if np.any(low != high) else [part[order[0]], part[order[-1]]])
