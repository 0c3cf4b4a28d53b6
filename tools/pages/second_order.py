"""What curvature predicts: the critical learning rate, and the change of the loss by a step.

``python -m tools.pages.second_order`` bisects for `explosion` the learning rate at which full-batch training begins
to diverge and compares it with 2/λmax of the sharpness probe; then it prints, for each scenario, how often the
predicted change of the loss has the sign of the measured one and how they correlate, beside the slope term alone: in
the first hundred steps, and over whole runs.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import spearmanr

from engine.scenarios.base import all_scenarios
from engine.table import Floats
from engine.training.session import TrainingSession

SEEDS = range(10, 20)
STEPS, READINGS, NOISE = 1500, 100, 1e-7
WIDTH = 1.002
WHOLE_STRIDE = 20


def critical_rate(seed: int) -> tuple[float, float]:
    """The learning rate at the border by bisection, and 2/λmax."""
    session = TrainingSession("explosion", seed, {"batch_size": "full"}, ["sharpness"], 1)
    next(session)
    limit = 2 / session.run.table.values("sharpness")[0]
    low, high = 0.8 * limit, 1.3 * limit
    while high / low > WIDTH:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if _diverges(seed, middle) else (middle, high)
    return math.sqrt(low * high), limit


def _diverges(seed: int, lr: float) -> bool:
    session = TrainingSession("explosion", seed, {"batch_size": "full", "lr": lr}, "none", STEPS)
    for _row in session:
        pass
    loss = session.run.table.values("loss")
    return not loss[-1] <= loss[0]


def changes(scenario: str, settings: dict[str, object], seeds: range, stride: int = 0) -> Floats:
    """Predicted changes, slope terms and measured changes as rows: of the first steps, or of whole runs at a stride."""
    parts = []
    for seed in seeds:
        session = TrainingSession(scenario, seed, settings, ["second_order"], None if stride else READINGS)
        session.probing.stretch("second_order", stride or 1)
        for _row in session:
            pass
        table = session.run.table
        columns = np.array([table.values(c) for c in ("taylor_change", "slope_term", "loss_change")])
        parts.append(columns[:, np.isfinite(columns).all(0) & (np.abs(columns[2]) < 1e30)])
    return np.concatenate(parts, 1)


def line(scenario: str, settings: dict[str, object], seeds: range = range(10, 13), stride: int = 0) -> str:
    """Sign agreement, linear and rank correlation of a scenario, one line."""
    predicted, slope, measured = changes(scenario, settings, seeds, stride)
    counts = np.abs(measured) > NOISE
    signs = [float((np.sign(p) == np.sign(measured))[counts].mean()) for p in (predicted, slope)]
    linear = [float(np.corrcoef(p, measured)[0, 1]) for p in (predicted, slope)]
    ranks = float(spearmanr(predicted, measured).statistic)
    name = " ".join([scenario, *(f"{key}={value}" for key, value in settings.items()), "whole run" * bool(stride)])
    return (
        f"{name:44} {len(measured):4d} steps  sign {signs[0]:.3f} (slope alone {signs[1]:.3f})  "
        f"r {linear[0]:+.4f} (slope alone {linear[1]:+.4f})  rank {ranks:+.4f}"
    )


def main() -> None:
    for scenario in all_scenarios():
        print(line(scenario, {}), flush=True)
    print(line("explosion", {"lr": 1e-4}), flush=True)
    print(line("explosion", {"model": "relu_network", "lr": 3e-5}), flush=True)
    for scenario in ("late-rise", "fluctuation", "kick-in", "edge-of-stability"):
        print(line(scenario, {}, stride=WHOLE_STRIDE), flush=True)
    for seed in SEEDS:
        found, limit = critical_rate(seed)
        print(f"explosion seed {seed}: critical {found:.4e}, 2/λmax {limit:.4e}, ratio {found / limit:.4f}", flush=True)


if __name__ == "__main__":
    main()
