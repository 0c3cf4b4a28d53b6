"""The placebo: a tiny random change of the weights, which may remove an event by chaos alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overshoot.levers import nudge_weights

if TYPE_CHECKING:
    import torch

SIZES = (1e-5, 1e-3)


@dataclass(frozen=True)
class Nudge:
    """Multiplies the weights by ``1 + size · N(0, 1)``, drawn from its own generator.

    Forks of different arms with the same nudge start from the same weights, so they are paired.
    """

    size: float
    seed: int

    def apply(self, parameters: Iterable[torch.nn.Parameter]) -> None:
        """Nudge the weights in place."""
        nudge_weights(parameters, self.size, self.seed)


def draw(count: int, seed: int, stage: int) -> tuple[Nudge, ...]:
    """Draw `count` nudges with alternating sizes; stages have different ones, so that confirmation is independent.

    Examples
    --------
    >>> [nudge.size for nudge in draw(3, seed=1, stage=0)]
    [1e-05, 0.001, 1e-05]
    >>> set(draw(9, 1, 0)) & set(draw(9, 1, 1))
    set()
    """
    import numpy as np

    seeds = np.random.SeedSequence((seed, stage)).generate_state(count, np.uint64)
    return tuple(Nudge(SIZES[i % len(SIZES)], int(s >> np.uint64(1))) for i, s in enumerate(seeds))
