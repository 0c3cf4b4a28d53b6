"""The first rows of every demo are, to the bit, what they were before its loop was shared with brought trainings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from engine.scenarios.base import all_scenarios
from tools.demo_tables import LENGTHS, SEEDS, digests, kernels, stored

KNOWN = stored()


@pytest.fixture(autouse=True)
def as_many_threads_as_before() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_every_demo_is_stored_for_three_seeds() -> None:
    assert set(KNOWN) == {"kernels", *(f"{name} {seed}" for name in all_scenarios() for seed in SEEDS)}


@pytest.mark.skipif(KNOWN["kernels"] != kernels(), reason="other kernels sum in another order")
@pytest.mark.parametrize("name", all_scenarios())
@pytest.mark.parametrize("seed", SEEDS)
def test_the_first_rows_are_equal_bit_for_bit(name: str, seed: int) -> None:
    rows = LENGTHS[0]
    assert digests(name, seed, (rows,))[str(rows)] == KNOWN[f"{name} {seed}"][str(rows)]
