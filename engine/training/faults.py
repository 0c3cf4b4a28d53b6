"""Faults to inject on purpose: wrong labels, a corrupted mini-batch."""

from __future__ import annotations

import torch

from engine.tasks.randomness import torch_generator

CORRUPTION = 1000.0


def noisy_targets(targets: torch.Tensor, share: float, seed: int) -> torch.Tensor:
    """Replace a share of the targets by those of random samples; a function of share and seed only.

    A larger share replaces the same samples and more, so turning the knob back restores the data exactly.
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
    """Corrupt a mini-batch as a broken sensor or a wrong unit would."""
    return inputs * CORRUPTION
