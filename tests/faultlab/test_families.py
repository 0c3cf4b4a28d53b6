"""The gradients written by hand are those of the losses, and each training is the same for the same number."""

from __future__ import annotations

import numpy as np
import pytest

from tools.faultlab import HELD_OUT
from tools.faultlab.draws import families, sound_setup
from tools.faultlab.families.base import Problem, Shape
from tools.faultlab.training import Training

ONE_OBJECTIVE = sorted(set(families()) - {"gan"})  # the two networks of the other descend losses of their own
WITHOUT_BANK = ("policy", "contrastive")


def in_double(problem: Problem) -> Problem:
    """The same problem with weights of double precision."""
    problem._made = [part.copy() for part in problem.parts]
    problem._flatten()
    ends = np.cumsum([part.size for part in problem._made])[:-1]
    problem.weights, problem.gradient = problem.weights.astype(float), problem.gradient.astype(float)
    problem.parts, problem.grads = (
        [piece.reshape(part.shape) for piece, part in zip(np.split(whole, ends), problem._made, strict=True)]
        for whole in (problem.weights, problem.gradient)
    )
    return problem


@pytest.mark.parametrize("has_bank", [False, True])
@pytest.mark.parametrize("name", ONE_OBJECTIVE)
def test_the_gradient_is_that_of_the_loss(name: str, has_bank: bool) -> None:
    has_bank = has_bank and name not in WITHOUT_BANK
    problem = in_double(families()[name](Shape(40, noise=0.05, has_bank=has_bank), 3))
    problem.weights += 0.05 * np.random.default_rng(0).standard_normal(len(problem.weights))
    index = np.arange(8)
    batch = tuple(part[index] for part in problem.train)

    def loss() -> float:
        problem.noise = np.random.default_rng(5)
        problem.baseline = 0.0  # type: ignore[attr-defined]
        problem.gradient[:] = 0
        return problem.loss(batch, index)[0]

    loss()
    slopes = problem.gradient.copy()
    for place in np.random.default_rng(1).choice(len(problem.weights), 20, replace=False):
        around = []
        for shift in (1e-4, -2e-4):
            problem.weights[place] += shift
            around.append(loss())
        problem.weights[place] += 1e-4
        assert (around[0] - around[1]) / 2e-4 == pytest.approx(slopes[place], rel=5e-3, abs=2e-5)


@pytest.mark.parametrize("name", ["mlp", "cnn", "autoencoder"])
def test_a_small_start_is_as_pytorch_draws_it(name: str) -> None:
    usual, small = (families()[name](Shape(40, depth=3, has_small_start=is_small), 3) for is_small in (False, True))
    for place in usual.matrices():
        inputs = len(usual.parts[place])
        weights, bias = small.parts[place], small.parts[place + 1]
        assert np.abs(weights).max() <= inputs**-0.5 and 0 < np.abs(bias).max() <= inputs**-0.5
        assert weights.std() == pytest.approx((3 * inputs) ** -0.5, rel=0.25)
        assert weights.std() < 0.75 * usual.parts[place].std() and not usual.parts[place + 1].any()


@pytest.mark.parametrize("name", sorted(families()))
def test_a_gentle_training_is_finite_and_the_same_for_the_same_seed(name: str) -> None:
    def trained() -> np.ndarray:
        setup = sound_setup(name, 7, np.random.default_rng(7))
        setup.steps, setup.rates = 60, setup.rates / 10
        return Training(setup).run().columns["loss"]

    first = trained()
    assert np.isfinite(first).all()
    assert np.array_equal(first, trained())


def test_the_families_that_were_set_aside_are_there() -> None:
    assert len(HELD_OUT) == 3 and set(HELD_OUT) < set(families())
