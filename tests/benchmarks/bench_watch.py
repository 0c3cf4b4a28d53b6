"""What watching a training costs, as a ratio to the bare loop, and how many rows a second are written and followed."""

from __future__ import annotations

import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import torch
from torch import nn

from engine.logs.following import Follower
from overshoot.watching import watch

ROUNDS, ROUND_SECONDS = 100, 0.1
ROWS = 500_000
WANTED = 100_000  # rows a second


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
    """A training, bare or watched; each call trains some steps and returns CPU seconds and seconds per step."""

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

    def train(self, steps: int) -> tuple[float, float]:
        loss_of, run = nn.functional.cross_entropy, self.run
        began = time.process_time(), time.perf_counter()
        for _step in range(steps):
            self.optimizer.zero_grad()
            loss = loss_of(self.model(self.inputs), self.targets)
            loss.backward()
            self.optimizer.step()
            if run is None:
                loss.item()  # as any script that prints it
            else:
                run.log(loss=loss)
        if run is not None:
            run.note("")  # its rows are written within the time that is measured
        return (time.process_time() - began[0]) / steps, (time.perf_counter() - began[1]) / steps


def overhead() -> None:
    """Print medians of the ratios of interleaved rounds, in an order drawn anew for each, with their uncertainty."""
    for name, make in networks().items():
        loops = {way: Loop(make, way) for way in ("bare", "loss only", "readings")}
        steps = max(4, int(ROUND_SECONDS / loops["bare"].train(30)[0]))
        for loop in loops.values():
            loop.train(steps)
        found: dict[str, list[tuple[float, float]]] = {way: [] for way in loops}
        for seed in range(ROUNDS):
            for way in random.Random(seed).sample(list(loops), len(loops)):
                found[way].append(loops[way].train(steps))
        for way in ("loss only", "readings"):
            told = [_ratio([s[kind] for s in found[way]], [s[kind] for s in found["bare"]]) for kind in (0, 1)]
            print(f"watch, {name}, {way}: {told[0]} of the bare loop's CPU, {told[1]} of its time", flush=True)
        bare = statistics.median(seconds for seconds, _time in found["bare"])
        share = loops["readings"].run.readings[0].measured_share  # type: ignore[union-attr]
        print(
            f"watch, {name}: {1e6 * bare:.0f} µs a bare step, share of the readings measured by themselves {share:.4f}"
        )
        for loop in loops.values():
            if loop.run is not None:
                loop.run.close()


def _ratio(ours: list[float], bare: list[float]) -> str:
    """The median ratio, and twice its standard error as that of a normal distribution with these quartiles."""
    low, middle, high = statistics.quantiles([a / b for a, b in zip(ours, bare)], n=4)
    return f"{middle:.3f} ± {2 * 1.253 * (high - low) / 1.349 / len(ours) ** 0.5:.3f}"


def throughput() -> None:
    """Write rows as fast as asked while another process follows them, as the window does; print rates, lag and cost."""
    run = watch(name="throughput")
    run.log(loss=0.5, accuracy=0.25, grad_norm=1.5)
    run.note("rows follow")
    context = multiprocessing.get_context("spawn")
    answers, ready = context.SimpleQueue(), context.Event()
    follower = context.Process(target=follow, args=(run.path, answers, ready))
    follower.start()
    ready.wait()
    began, spent = time.monotonic(), time.process_time()
    for row in range(1, ROWS):
        run.log(loss=0.5 + 1 / row, accuracy=0.25, grad_norm=1.5 + 1 / row, sent=time.monotonic())
        if not row % 1000:
            time.sleep(max(0.0, began + row / WANTED - time.monotonic()))
    seconds, spent = time.monotonic() - began, time.process_time() - spent
    run.close()
    rows, lag, theirs = answers.get()
    follower.join()
    print(f"watch: {ROWS / seconds:,.0f} rows a second written and followed, {rows} of {ROWS}, largest lag {lag:.2f} s")
    print(f"watch: CPU µs a row: {1e6 * spent / ROWS:.1f} to log and write, {1e6 * theirs / ROWS:.1f} to follow")


def follow(path: Path, answers: multiprocessing.SimpleQueue, ready: Event) -> None:
    """Follow a run to its end; answer with its rows, the largest age of a row when it came, and the CPU seconds."""
    follower, have, lag = Follower(path), 0, 0.0
    ready.set()
    spent = time.process_time()
    while have < ROWS:
        time.sleep(0.05)
        follower.poll()
        table = follower.runs[0].table
        if len(table) > have and "sent" in table:
            oldest = table.values("sent", max(have, 1), max(have, 1) + 1)
            lag = max(lag, time.monotonic() - float(oldest[0]))
        have = len(table)
    answers.put((have, lag, time.process_time() - spent))


def main() -> None:
    """Measure in a folder of its own."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["OVERSHOOT_HOME"] = str(Path(folder))
        overhead()
        throughput()


if __name__ == "__main__":
    main()
