"""Random generators of a run; none is global, so runs in one process do not affect each other."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def _entropy(seed: int, stream: str) -> np.random.SeedSequence:
    return np.random.SeedSequence([seed, zlib.crc32(stream.encode())])


def numpy_generator(seed: int, stream: str) -> np.random.Generator:
    """A NumPy generator for a purpose (`stream`) of the run with a seed.

    Examples
    --------
    >>> a, b = numpy_generator(0, "data"), numpy_generator(0, "data")
    >>> bool(a.random() == b.random()), bool(a.random() == numpy_generator(0, "order").random())
    (True, False)
    """
    return np.random.default_rng(_entropy(seed, stream))


def torch_generator(seed: int, stream: str) -> torch.Generator:
    """A torch generator on the CPU for a purpose (`stream`) of the run with a seed."""
    import torch

    state = _entropy(seed, stream).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state) >> 1)
