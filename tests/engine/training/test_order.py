"""Order of the samples: every one once an epoch, new in each, short last batch kept or dropped."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.tasks.randomness import torch_generator
from engine.training.order import Order, steps_in_epoch


def _epoch(order: Order, *how) -> list[torch.Tensor | None]:
    order.begin_epoch(*how)
    return [order.next() for _ in range(order.length)]


@given(st.integers(1, 60), st.integers(1, 70), st.booleans(), st.booleans())
def test_an_epoch_sees_every_sample_once(samples: int, size: int, shuffle: bool, drop: bool) -> None:
    order = Order(samples, torch_generator(0, "order"))
    batches = _epoch(order, size, shuffle, drop)
    assert len(batches) == steps_in_epoch(samples, size, drop)
    if size >= samples:
        assert batches == [None]
        return
    seen = torch.cat([b for b in batches if b is not None])
    assert len(seen.unique()) == len(seen)
    assert len(seen) == (samples // size * size if drop else samples)
    assert shuffle or torch.equal(seen, torch.arange(len(seen)))


def test_every_shuffled_epoch_has_an_order_of_its_own() -> None:
    order = Order(100, torch_generator(0, "order"))
    first, second = (torch.cat(_epoch(order, 10, True, False)) for _ in range(2))
    assert not torch.equal(first, second)


def test_with_replacement_some_come_twice_and_others_never() -> None:
    order = Order(1000, torch_generator(0, "order"))
    seen = torch.cat(_epoch(order, 10, True, False, True))
    assert len(seen) == 1000
    assert abs(len(seen.unique()) - 632) < 40  # 1 − 1/e of them


def test_the_order_is_that_of_the_seed() -> None:
    one, other, third = (torch.cat(_epoch(Order(50, torch_generator(s, "order")), 5, True, False)) for s in (1, 1, 2))
    assert torch.equal(one, other)
    assert not torch.equal(one, third)
