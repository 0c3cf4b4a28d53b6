"""What the checkpoints of a brought training cost: its processor time with them as a ratio to that without."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from overshoot.keeping import Keeper
from overshoot.loop import Loop
from overshoot.own_trainee import OwnTrainee
from overshoot.training import Training

SECONDS, ROUNDS = 8.0, 5


def trainings() -> dict[str, Callable[[], Training]]:
    """Name and maker of small and large models."""
    return {
        "1 500 parameters": lambda: _training(20, 32, 10),
        "1.5 M parameters": lambda: _training(256, 1024, 10),
        "17 M parameters": lambda: _training(1024, 3072, 1000),
    }


def _training(inputs: int, width: int, classes: int) -> Training:
    torch.manual_seed(0)
    layers = nn.Linear(inputs, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, classes)
    model = nn.Sequential(*layers)
    batch = torch.randn(64, inputs), torch.randint(classes, (64,))
    return Training(
        model,
        torch.optim.Adam(model.parameters(), 1e-4),
        [batch] * 100,
        lambda m, b: nn.functional.cross_entropy(m(b[0]), b[1]),
        epochs=1 << 20,
    )


def seconds_a_step(make: Callable[[], Training], steps: int, folder: Path | None) -> tuple[float, float]:
    """Processor seconds a step, the writing thread's among them, and the share that the keeper has measured."""
    loop = Loop(OwnTrainee(make(), 0))
    keeper = None if folder is None else Keeper(folder)
    began, clock = time.process_time(), time.perf_counter()
    for _step in range(steps):
        if keeper is not None:
            keeper.take_if_due(loop)
        loop.next()
    if keeper is None:
        return (time.process_time() - began) / steps, 0.0
    clock = time.perf_counter() - clock
    keeper.finish()
    return (time.process_time() - began) / steps, keeper.spent / clock


def main() -> None:
    """Print the ratios of interleaved rounds."""
    torch.set_num_threads(1)
    for name, make in trainings().items():
        steps = max(60, int(SECONDS / seconds_a_step(make, 20, None)[0]))
        ratios, shares = [], []
        for _round in range(ROUNDS):
            bare, _share = seconds_a_step(make, steps, None)
            with tempfile.TemporaryDirectory() as folder:
                kept, share = seconds_a_step(make, steps, Path(folder))
            ratios.append(kept / bare)
            shares.append(share)
        low, high = min(ratios), max(ratios)
        told = f"{statistics.median(ratios):.3f} of the time without [{low:.3f}, {high:.3f}]"
        print(f"checkpoints, {name}, {steps} steps: {told}, share measured {statistics.median(shares):.4f}", flush=True)


if __name__ == "__main__":
    main()
