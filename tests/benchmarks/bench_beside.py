"""Steps a second of a watched training with the window open beside it, as a share of those with the window stopped."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, ROUNDS = 12.0, 7
SETTLE = 15.0  # seconds for the window to be there
SCRIPT = """
import sys, time
import torch
from tests.benchmarks.bench_watch import Loop, networks
torch.set_num_threads(1)
loop = Loop(networks()[sys.argv[1]], "readings")
loop.train(50)
time.sleep(2.0)  # the window has opened the run
began, steps = time.perf_counter(), 0
while time.perf_counter() - began < float(sys.argv[2]):
    loop.train(50)
    steps += 50
print(steps / (time.perf_counter() - began))
loop.run.close()
"""


def steps_a_second(name: str, environment: dict[str, str]) -> float:
    """Of a training in a process of its own."""
    words = [sys.executable, "-c", SCRIPT, name, str(SECONDS)]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print the median ratio of interleaved rounds for a tiny and a small network."""
    if not hasattr(signal, "SIGSTOP"):
        print("beside: needs a system that can stop a process")
        return
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "OVERSHOOT_HOME": home, "PYTHONPATH": str(ROOT)}
        window = subprocess.Popen([sys.executable, str(ROOT / "main.py")], env=environment)
        try:
            time.sleep(SETTLE)
            for name in ("tiny MLP", "small CNN"):
                ratios = []
                for _round in range(ROUNDS):
                    beside = steps_a_second(name, environment)
                    window.send_signal(signal.SIGSTOP)
                    alone = steps_a_second(name, environment)
                    window.send_signal(signal.SIGCONT)
                    ratios.append(beside / alone)
                told = f"[{min(ratios):.3f}, {max(ratios):.3f}]"
                print(f"beside, {name}: {statistics.median(ratios):.3f} of the steps a second {told}", flush=True)
        finally:
            window.send_signal(signal.SIGCONT)
            window.terminate()
            window.wait()


if __name__ == "__main__":
    main()
