"""How long a proof takes, and what rewinding and cancelling cost: ``python -m tests.benchmarks prove``.

The aims: a full proof within 60 s on two cores, a checkpoint below 1 % of training at the default spacing, a cancel
within half a second. CPU seconds are beside the wall clock, because a busy machine stretches only the latter.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator

from engine.experiments.executors import LocalProcesses
from engine.experiments.proof import Proof, prove
from engine.experiments.records import Forked
from engine.experiments.reference import CHECK_EVERY, CannotProve, Reference, record
from engine.training.session import TrainingSession

SCENARIOS = ("late-rise", "fluctuation", "kick-in", "explosion", "epoch-spikes")
SEED = 0
AIM_SECONDS, CANCEL_SECONDS, CHECKPOINT_SHARE = 60.0, 0.5, 0.01


def _end(course: Generator) -> Reference | Proof:
    while True:
        try:
            next(course)
        except StopIteration as end:
            return end.value


def proof_seconds(scenario: str) -> tuple[float, float, str]:
    """Wall clock and CPU of one whole proof, recording the run included, and its verdict."""
    wall, cpu = time.monotonic(), _cpu()
    try:
        with LocalProcesses(2) as backend:
            proof = _end(prove(_end(record(scenario, SEED)), backend=backend))  # type: ignore[arg-type]
    except CannotProve as error:
        return time.monotonic() - wall, _cpu() - cpu, str(error)
    verdict = f"{proof.verdict} {proof.top or proof.ended}"  # type: ignore[union-attr]
    return time.monotonic() - wall, _cpu() - cpu, verdict


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def cancel_seconds() -> float:
    """From the wish to the end of the proof, in the middle of its forks."""
    reference = _end(record("explosion", SEED))
    wished: list[float] = []
    with LocalProcesses(2) as backend:
        course = prove(reference, backend=backend, is_cancelled=lambda: bool(wished))  # type: ignore[arg-type]
        for made in course:
            if isinstance(made, Forked) and not wished:
                wished.append(time.monotonic())
        return time.monotonic() - wished[0]


def checkpoint_share(scenario: str, steps: int = 256) -> float:
    """CPU time of taking a checkpoint over that of the steps between two."""
    session = TrainingSession(scenario, SEED, probes="none", max_steps=steps)
    for _row in zip(range(steps // 4), session, strict=False):
        pass
    start = time.thread_time()
    for _row in zip(range(steps // 8), session, strict=False):
        pass
    step = (time.thread_time() - start) / (steps // 8)
    start = time.thread_time()
    for _copy in range(20):
        session.checkpoint()
    return (time.thread_time() - start) / 20 / (CHECK_EVERY * step)


def main() -> int:
    """Print the tables; 1 when an aim is missed."""
    missed = False
    print("| scenario | wall s | CPU s | verdict | checkpoint share |")
    print("|---|---|---|---|---|")
    for scenario in SCENARIOS:
        wall, cpu, verdict = proof_seconds(scenario)
        share = checkpoint_share(scenario) if scenario != "explosion" else float("nan")
        missed |= wall > AIM_SECONDS or share > CHECKPOINT_SHARE
        print(f"| {scenario} | {wall:.1f} | {cpu:.1f} | {verdict} | {share:.2%} |", flush=True)
    cancel = cancel_seconds()
    print(f"cancel: {cancel:.2f} s")
    return int(missed or cancel > CANCEL_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
