"""What probes cost: ``python -m tests.benchmarks.bench_probes [SCENARIO ...]`` prints a table; as a test, the budget.

Ratios within one run: the CPU time of steps at which a probe reads against that of the steps between.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pytest

from engine.probes.base import all_probes
from engine.scenarios.base import all_scenarios
from engine.training.session import TrainingSession

READINGS = 12
EVERY = 5
FIRST_STEPS = 20
BUDGET = 0.10


@dataclass(frozen=True)
class Cost:
    """One probe in one scenario: a reading in units of a step without one, and the share of training time."""

    scenario: str
    probe: str
    reading: float
    stride: int
    is_default: bool

    @property
    def share(self) -> float:
        return self.reading / self.stride


def measured(scenario: str, probe: str) -> Cost | None:
    """The cost of a probe; None where it does not apply."""
    session = TrainingSession(scenario, 0, _long_enough(scenario), probes=[probe])
    if session.probing.reasons:
        return None
    instance = session.probing.probes[probe]
    session.probing.set_stride(probe, EVERY)
    without, reading = [], []
    for step in range(1, FIRST_STEPS + READINGS * EVERY + 1):
        start = time.thread_time()
        next(session)
        spent = time.thread_time() - start
        if step > FIRST_STEPS:
            (reading if (step - 1) % EVERY == 0 else without).append(spent)
    cost = median(reading) / median(without) - 1
    return Cost(scenario, probe, cost, instance.stride(scenario), instance.is_on(scenario))


def _long_enough(scenario: str) -> dict[str, float]:
    return {"lr": 1e-4, "epochs": 40} if scenario == "explosion" else {"epochs": 10_000}


def default_share(scenario: str, steps: int = 1200) -> float:
    """Share of training time that the default probes take together on their own schedule, the first reading apart.

    Steps at which the same probes read are compared by their median, so that a busy machine does not count as a probe.
    """
    session = TrainingSession(scenario, 0, _long_enough(scenario))
    next(session)
    spent: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for step in range(2, steps + 2):
        reading = tuple(probe.name for probe in session.probing.due(step))
        start = time.thread_time()
        next(session)
        spent[reading].append(time.thread_time() - start)
    bare = median(spent[()])
    return sum(len(times) * (median(times) - bare) for times in spent.values()) / (bare * steps)


@pytest.mark.parametrize("scenario", all_scenarios())
def test_the_default_probes_cost_at_most_a_tenth_of_the_training(scenario: str) -> None:
    assert default_share(scenario) <= BUDGET


def main(scenarios: Sequence[str] = ()) -> None:
    print(f"{'scenario':18} {'probe':16} {'steps/reading':>13} {'stride':>7} {'share':>8}  default")
    for scenario in scenarios or list(all_scenarios()):
        for name in all_probes():
            cost = measured(scenario, name)
            if cost is None:
                print(f"{scenario:18} {name:16} {'does not apply':>13}")
                continue
            share = f"{cost.share:7.2%}"
            print(f"{scenario:18} {name:16} {cost.reading:13.2f} {cost.stride:7d} {share}  {'x' * cost.is_default}")
        print(f"{scenario:18} {'default set, measured together':38} {default_share(scenario):7.2%}")


if __name__ == "__main__":
    main(sys.argv[1:])
