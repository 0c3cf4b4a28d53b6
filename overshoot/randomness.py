"""Addressable randomness: the generators of a brought training are seeded anew from its seed and the step.

A fork that draws fewer numbers, because it skips batches, still has the same dropout as its pair.
"""

from __future__ import annotations

import random
import sys
import zlib
from typing import Any


def seed_all(seed: int, *place: Any) -> None:
    """Seed torch, numpy and `random` from a seed and a place in the training.

    torch's default generator is seeded directly, since ``torch.manual_seed`` takes a hundred times as long.
    """
    value = zlib.crc32(repr((seed, *place)).encode())
    random.seed(value)
    if (torch := sys.modules.get("torch")) is not None:
        torch.default_generator.manual_seed(value)
        if torch.cuda.is_available() and torch.cuda.is_initialized():
            torch.cuda.manual_seed_all(value)
        if hasattr(torch, "mps") and torch.backends.mps.is_available():
            torch.mps.manual_seed(value)
    if (numpy := sys.modules.get("numpy")) is not None:
        numpy.random.seed(value)
