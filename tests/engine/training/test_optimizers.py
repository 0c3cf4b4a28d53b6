"""What a step will be before it is taken, against torch's own step; clipping of the update."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
import torch

from engine.training.optimizers import make_optimizer, set_options, take_step, update_rms

VARIANTS = [
    {"optimizer": "sgd"},
    {"optimizer": "momentum", "momentum": 0.8},
    {"optimizer": "rmsprop", "rho": 0.95, "eps": 1e-6},
    {"optimizer": "rmsprop", "weight_decay": 0.1},
    {"optimizer": "adam", "beta1": 0.5},
    {"optimizer": "adam", "amsgrad": True},
    {"optimizer": "adam", "weight_decay": 0.1},
    {"optimizer": "adamw"},
]
LR = 0.25


def _parameters() -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(1)
    return [
        torch.nn.Parameter(torch.randn(shape, generator=generator, dtype=torch.float64)) for shape in ((5,), (3, 2))
    ]


def _draw_gradients(parameters: list[torch.nn.Parameter], generator: torch.Generator, step: int) -> None:
    for parameter in parameters:
        parameter.grad = torch.randn(parameter.shape, generator=generator, dtype=torch.float64) * (1 + step % 5)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_update_is_known_before_the_step(variant: dict) -> None:
    parameters, generator = _parameters(), torch.Generator().manual_seed(2)
    optimizer = make_optimizer(parameters, {"lr": LR, **variant})
    for step in range(30):
        _draw_gradients(parameters, generator, step)
        before = torch.cat([p.detach().flatten().clone() for p in parameters])
        expected = update_rms(optimizer)
        take_step(optimizer)
        moved = (before - torch.cat([p.detach().flatten() for p in parameters])) / LR
        assert float(moved.square().mean().sqrt()) == pytest.approx(expected, rel=1e-6)


TWINS = {
    "sgd": lambda p: torch.optim.SGD(p, LR, weight_decay=0.02),
    "momentum": lambda p: torch.optim.SGD(p, LR, momentum=0.8, weight_decay=0.02),
    "rmsprop": lambda p: torch.optim.RMSprop(p, LR, alpha=0.95, eps=1e-5, weight_decay=0.02),
    "adam": lambda p: torch.optim.Adam(p, LR, (0.7, 0.98), 1e-5, weight_decay=0.02),
    "adamw": lambda p: torch.optim.AdamW(p, LR, (0.7, 0.98), 1e-5, weight_decay=0.02),
}


@pytest.mark.parametrize("kind", TWINS)
def test_settings_mean_what_they_mean_in_torch(kind: str) -> None:
    settings = {"lr": LR, "momentum": 0.8, "rho": 0.95, "beta1": 0.7, "beta2": 0.98, "eps": 1e-5, "weight_decay": 0.02}
    ours, theirs = _parameters(), _parameters()
    pairs = [(ours, make_optimizer(ours, settings | {"optimizer": kind})), (theirs, TWINS[kind](theirs))]
    for parameters, optimizer in pairs:
        generator = torch.Generator().manual_seed(3)
        for step in range(20):
            _draw_gradients(parameters, generator, step)
            optimizer.step()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def test_turned_options_equal_a_new_optimizer_with_the_old_state() -> None:
    parameters = _parameters()
    optimizer = make_optimizer(parameters, {"optimizer": "adam", "lr": LR})
    _draw_gradients(parameters, torch.Generator().manual_seed(4), 0)
    optimizer.step()
    set_options(optimizer, {"optimizer": "adam", "lr": 0.1, "beta1": 0.3, "eps": 1e-3, "amsgrad": True})
    group = optimizer.param_groups[0]
    assert (group["lr"], group["betas"], group["eps"], group["amsgrad"]) == (0.1, (0.3, 0.999), 1e-3, True)
    state = optimizer.state[parameters[0]]
    assert torch.equal(state["max_exp_avg_sq"], state["exp_avg_sq"])
    optimizer.step()


@pytest.mark.parametrize("kind", TWINS)
def test_a_clipped_update_is_as_long_as_the_limit_and_points_the_same_way(kind: str) -> None:
    moves = []
    for limit in (None, 0.1):
        parameters = _parameters()
        optimizer = make_optimizer(parameters, {"optimizer": kind, "lr": LR})
        _draw_gradients(parameters, torch.Generator().manual_seed(5), 0)
        before = torch.cat([p.detach().flatten().clone() for p in parameters])
        take_step(optimizer, limit)
        moves.append(torch.cat([p.detach().flatten() for p in parameters]) - before)
        assert optimizer.param_groups[0]["lr"] == LR
    free, clipped = moves
    assert float(clipped.square().mean().sqrt()) == pytest.approx(0.1 * LR, rel=1e-9)
    assert float(torch.cosine_similarity(free, clipped, dim=0)) == pytest.approx(1.0)


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    results = []
    for limit in (None, 1e3):
        parameters = _parameters()
        optimizer = make_optimizer(parameters, {"optimizer": "rmsprop", "lr": LR})
        _draw_gradients(parameters, torch.Generator().manual_seed(6), 0)
        take_step(optimizer, limit)
        results.append(parameters)
    assert all(torch.equal(one, other) for one, other in zip(*results, strict=True))


def test_the_first_rmsprop_update_has_the_ceiling_that_the_formula_gives() -> None:
    parameters = _parameters()
    optimizer = make_optimizer(parameters, {"optimizer": "rmsprop", "rho": 0.9, "eps": 0.0})
    _draw_gradients(parameters, torch.Generator().manual_seed(7), 0)
    assert update_rms(optimizer) == pytest.approx(1 / math.sqrt(1 - 0.9))


TRAINED = """
import sys
from engine.tasks.settings import OPTIMIZERS
from engine.training.session import TrainingSession
for optimizer in OPTIMIZERS:
    session = TrainingSession("late-rise", 0, {"optimizer": optimizer, "clip_update": 0.01}, max_steps=3)
    next(session)
    session = TrainingSession.resume(session.checkpoint())
    assert len(list(session)) == 2
loaded = [name for name in sys.modules if name.startswith("torch._dynamo")]
assert not loaded, loaded
"""


def test_no_training_loads_the_compiler_of_torch() -> None:
    done = subprocess.run([sys.executable, "-c", TRAINED], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
