from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.probes.noise_scale import NoiseScale
from overshoot.arithmetic.noise import two_batch
from tests.engine.probes.moments import Bench, flat_parameters, loss_at, network_task, sgd


def test_averages_of_the_two_batch_estimates_are_the_exact_trace_and_square() -> None:
    task = network_task(samples=40)
    weights = flat_parameters(task)
    single = torch.stack(
        [torch.func.grad(lambda p, i=i: loss_at(task, p, slice(i, i + 1)))(weights) for i in range(40)]
    )
    mean = single.mean(0)
    trace = float(single.var(0, unbiased=False).sum())
    draw = torch.Generator().manual_seed(0)
    pairs = torch.randint(0, 40, (20_000, 2, 4), generator=draw)  # with replacement: samples are independent
    estimates = np.array([two_batch(single[a].mean(0), single[b].mean(0), 4) for a, b in pairs[:6000]])
    error = estimates.std(0) / np.sqrt(len(estimates))
    assert abs(estimates[:, 0].mean() - trace) < 4 * error[0]
    assert abs(estimates[:, 1].mean() - float(mean @ mean)) < 4 * error[1]


def test_numerator_and_denominator_are_averaged_apart() -> None:
    task, probe = network_task(samples=24), NoiseScale()
    bench = Bench(task, probe, sgd(task, 0.0))
    traces, squares = [], []
    for part in range(4):
        rows = slice(6 * part, 6 * part + 6)
        row = bench.read(rows)
        halves = [
            torch.func.grad(lambda p, s=s: loss_at(task, p, s))(flat_parameters(task))
            for s in (slice(rows.start, rows.start + 3), slice(rows.start + 3, rows.stop))
        ]
        trace, square = two_batch(*halves, 3)
        traces.append(trace)
        squares.append(square)
    weights = 0.9 ** np.arange(3, -1, -1)
    assert row["gradient_variance"] == pytest.approx(np.average(traces, weights=weights))
    assert row["gradient_square"] == pytest.approx(np.average(squares, weights=weights))
    assert row["noise_scale"] == pytest.approx(row["gradient_variance"] / row["gradient_square"])


def test_it_says_where_two_batches_cannot_be_had() -> None:
    for impossible in ({"batch_size": 1}, {"batch_size": "full"}, {"batch_size": 8, "normalization": "batch"}):
        assert NoiseScale().applies_to("any", impossible)
    assert NoiseScale().applies_to("any", {"batch_size": 8}) is None


def test_a_short_last_mini_batch_of_one_is_passed_over() -> None:
    task = network_task()
    assert Bench(task, NoiseScale(), sgd(task, 0.1)).read(slice(0, 1)) == {}


def test_with_an_adaptive_optimizer_it_says_what_it_cannot_predict() -> None:
    assert NoiseScale().caveat({"optimizer": "rmsprop"})
    assert NoiseScale().caveat({"optimizer": "sgd"}) is None
