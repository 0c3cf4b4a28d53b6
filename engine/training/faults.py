"""Faults to inject on purpose: wrong labels, a corrupted mini-batch."""

from __future__ import annotations

import torch

from engine.training.randomness import torch_generator

CORRUPTION = 1000.0


def noisy_targets(targets: torch.Tensor, share: float, seed: int) -> torch.Tensor:
    """The targets with a share of them replaced by those of random samples; a function of share and seed alone.

    A larger share replaces the same samples and more, so turning it back restores the data exactly.
    """
    if not share:
        return targets
    generator = torch_generator(seed, "label noise")
    rank = torch.rand(len(targets), generator=generator)
    other = torch.randint(len(targets), (len(targets),), generator=generator)
    noisy = targets.clone()
    is_replaced = rank < share
    noisy[is_replaced] = targets[other[is_replaced]]
    return noisy


def corrupted(inputs: torch.Tensor) -> torch.Tensor:
    """A mini-batch as a broken sensor or a wrong unit would deliver it."""
    return inputs * CORRUPTION
