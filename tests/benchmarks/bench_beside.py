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

from tests.benchmarks.bench_watch import networks

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, ROUNDS = 2.0, 9
SETTLE = 8.0  # seconds for the window to be there
CATCH_UP = 0.5  # seconds for it to read what was written while it was stopped
SCRIPT = """
import sys, time
import torch
from tests.benchmarks.bench_watch import Loop, networks
torch.set_num_threads(1)
loop = Loop(networks()[sys.argv[1]], "readings")
loop.train(50)
print("ready", flush=True)
for line in sys.stdin:
    began, steps = time.perf_counter(), 0
    while time.perf_counter() - began < float(line):
        loop.train(10)
        steps += 10
    print(steps / (time.perf_counter() - began), flush=True)
loop.run.close()
"""


def ratios(name: str, window: subprocess.Popen[bytes], environment: dict[str, str]) -> list[float]:
    """Steps a second of one training with the window beside it, over those with the window stopped, by round."""
    words = [sys.executable, "-c", SCRIPT, name]
    training = subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert training.stdin is not None and training.stdout is not None
    training.stdout.readline()
    time.sleep(2.0)  # the window has opened the run

    def steps_a_second() -> float:
        assert training.stdin is not None and training.stdout is not None
        print(SECONDS, file=training.stdin, flush=True)
        return float(training.stdout.readline())

    found = []
    for _round in range(ROUNDS):
        window.send_signal(signal.SIGSTOP)
        alone = steps_a_second()
        window.send_signal(signal.SIGCONT)
        time.sleep(CATCH_UP)
        found.append(steps_a_second() / alone)
    training.communicate()
    return found


def main() -> None:
    """Print the median ratio of interleaved rounds for each network; it takes about two and a half minutes."""
    if not hasattr(signal, "SIGSTOP"):
        print("beside: needs a system that can stop a process")
        return
    with tempfile.TemporaryDirectory() as home:
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "OVERSHOOT_HOME": home, "PYTHONPATH": str(ROOT)}
        window = subprocess.Popen([sys.executable, str(ROOT / "main.py")], env=environment)
        try:
            time.sleep(SETTLE)
            for name in networks():
                found = ratios(name, window, environment)
                told = f"[{min(found):.3f}, {max(found):.3f}]"
                print(f"beside, {name}: {statistics.median(found):.3f} of the steps a second {told}", flush=True)
        finally:
            window.send_signal(signal.SIGCONT)
            window.terminate()
            window.wait()


if __name__ == "__main__":
    main()
