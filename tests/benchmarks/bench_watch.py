"""What watching a training costs, as a ratio to the bare loop, and how many rows a second are written and followed."""

from __future__ import annotations

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

from engine.logs.following import Follower
from overshoot.watching import watch

ROUNDS = 15
ROWS = 500_000


def networks() -> dict[str, Callable[[], tuple[nn.Module, torch.Tensor]]]:
    """Name and maker of network and inputs."""
    return {
        "tiny MLP": lambda: (nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 10)), torch.randn(32, 20)),
        "small CNN": lambda: (_cnn(), torch.randn(32, 1, 16, 16)),
        "MLP of 1.5 M": lambda: (_wide(), torch.randn(64, 256)),
    }


def _cnn() -> nn.Module:
    first = (nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(*first, nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(32 * 64, 10))


def _wide() -> nn.Module:
    return nn.Sequential(nn.Linear(256, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10))


class Loop:
    """A training, bare or watched; each call trains some steps and returns the process's CPU seconds per step."""

    def __init__(self, make: Callable[[], tuple[nn.Module, torch.Tensor]], way: str) -> None:
        torch.manual_seed(0)
        self.model, self.inputs = make()
        self.targets = torch.randint(10, (len(self.inputs),))
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-4)
        self.run = None
        if way == "loss only":
            self.run = watch(name=way)
        elif way == "readings":
            self.run = watch(self.model, self.optimizer, way)

    def train(self, steps: int) -> float:
        loss_of, run = nn.functional.cross_entropy, self.run
        began = time.process_time()
        for _step in range(steps):
            self.optimizer.zero_grad()
            loss = loss_of(self.model(self.inputs), self.targets)
            loss.backward()
            self.optimizer.step()
            if run is None:
                loss.item()  # as any script that prints it
            else:
                run.log(loss=loss)
        return (time.process_time() - began) / steps


def overhead() -> None:
    """Print medians and quartiles of the ratios of interleaved rounds."""
    for name, make in networks().items():
        loops = {way: Loop(make, way) for way in ("bare", "loss only", "readings")}
        steps = max(20, int(0.4 / loops["bare"].train(30)))
        for loop in loops.values():
            loop.train(steps)
        ratios: dict[str, list[float]] = {"loss only": [], "readings": []}
        for _round in range(ROUNDS):
            seconds = {way: loop.train(steps) for way, loop in loops.items()}
            for way, found in ratios.items():
                found.append(seconds[way] / seconds["bare"])
        for way, found in ratios.items():
            low, middle, high = statistics.quantiles(found, n=4)
            print(f"watch, {name}, {way}: {middle:.3f} of the bare loop [{low:.3f}, {high:.3f}]")
        for loop in loops.values():
            if loop.run is not None:
                loop.run.close()


def throughput() -> None:
    """Write rows as fast as a loop can and follow them in a thread; print rates and the largest lag."""
    run = watch(name="throughput")
    lags: list[float] = []
    written: list[tuple[float, int]] = []
    is_over = threading.Event()

    def follow() -> None:
        while run.path is None or not run.path.exists() or not run.path.stat().st_size:
            time.sleep(0.01)
        follower = Follower(run.path)
        while True:
            was_over = is_over.is_set()
            follower.poll()
            have = len(follower.runs[0].table) if follower.runs else 0
            late = next((at for at, count in written if count > have), None)
            lags.append(0.0 if late is None else time.perf_counter() - late)
            if was_over and have >= ROWS:
                return
            time.sleep(0.05)

    thread = threading.Thread(target=follow)
    thread.start()
    began = time.perf_counter()
    for step in range(ROWS):
        run.log(loss=0.5, accuracy=0.25, grad_norm=1.5)
        if step % 1000 == 999:
            written.append((time.perf_counter(), step + 1))
            time.sleep(max(0.0, began + (step + 1) / 100_000 - time.perf_counter()))
    seconds = time.perf_counter() - began
    run.close()
    is_over.set()
    thread.join()
    print(f"watch: {ROWS / seconds:,.0f} rows a second written and followed, largest lag {max(lags):.2f} s")


def main() -> None:
    """Measure in a folder of its own."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OVERSHOOT_HOME"] = str(Path(folder))
        overhead()
        throughput()


if __name__ == "__main__":
    main()
