"""Draws sound setups: optimizer, schedule, data size, batch size and length, over wide ranges."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.discovery import discover
from tools.faultlab.families.base import Problem, Shape
from tools.faultlab.setup import Setup

OPTIMIZERS = ("sgd", "momentum", "rmsprop", "adam", "adamw")
SCHEDULES = ("constant", "constant", "cosine", "linear", "warmup", "exponential")
RMSPROP_SHARE = 0.3  # of Adam's learning rate, for RMSprop, which is not slowed down at its start
BATCHES = (4, 8, 16, 32)
LOWEST, LOWEST_WIDE = 0.25, 0.1  # of the rate that serves a family well
SMALL_STARTS = 0.75  # of the setups that are drawn wide

Rates = np.ndarray[Any, np.dtype[np.float64]]


def families() -> dict[str, type[Problem]]:
    return discover("tools.faultlab.families", Problem)


def sound_setup(family: str, seed: int, rng: np.random.Generator, is_wide: bool = False) -> Setup:
    """A setup without a fault.

    Parameters
    ----------
    is_wide : bool
        Whether rates are drawn lower, too, and most layers begin as small as PyTorch draws them.
    """
    batch = int(rng.choice(BATCHES)) if family != "contrastive" else int(rng.choice((8, 16, 32)))
    epoch = int(np.exp(rng.uniform(np.log(5), np.log(80))))
    samples = min(4000, batch * epoch + int(rng.integers(0, batch)))
    if rng.random() < 0.08:
        samples, batch = int(rng.choice((64, 128, 256))), 10_000
    batch = min(batch, samples)
    steps = int(np.exp(rng.uniform(np.log(120), np.log(600))))
    optimizer = OPTIMIZERS[rng.integers(len(OPTIMIZERS))]
    lr = base_rate(family, optimizer) * np.exp(rng.uniform(np.log(LOWEST_WIDE if is_wide else LOWEST), 0.0))
    schedule = SCHEDULES[rng.integers(len(SCHEDULES))]
    shape = Shape(samples, noise=float(rng.choice((0, 0, 0.05, 0.15))), depth=int(rng.integers(1, 4)))
    setup = Setup(family, seed, shape, steps, batch, optimizer, lr, np.empty(0), schedule)
    setup.rates = scheduled(schedule, lr, steps)
    setup.momentum = 0.9 if rng.random() < 0.9 else 0.95
    if rng.random() < 0.15:
        setup.clip_norm = 1.0
    if is_wide:
        setup.shape.has_small_start = rng.random() < SMALL_STARTS
    return setup


def base_rate(family: str, optimizer: str) -> float:
    """A learning rate that serves a family well."""
    plain, adaptive = families()[family].rates
    return {"sgd": plain, "momentum": plain / 10, "rmsprop": adaptive * RMSPROP_SHARE}.get(optimizer, adaptive)


def scheduled(schedule: str, lr: float, steps: int) -> Rates:
    """The learning rate of every step."""
    done = np.arange(steps) / steps
    if schedule == "cosine":
        return lr * (0.01 + 0.99 * (1 + np.cos(np.pi * done)) / 2)
    if schedule == "linear":
        return lr * (1 - 0.98 * done)
    if schedule == "warmup":
        return lr * np.minimum(1, (done + 1 / steps) / 0.05)
    if schedule == "exponential":
        return lr * 0.1**done
    return np.full(steps, lr)
