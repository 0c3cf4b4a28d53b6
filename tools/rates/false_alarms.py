"""False spikes per 10 000 healthy steps: ``python -m tools.rates.false_alarms`` writes docs/false-alarms.{csv,svg}."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.signal import lfilter

from engine.detectors.kinds.spike import Spike
from engine.detectors.watch import Watch
from engine.series import LossSeries
from engine.table import Floats, MetricTable

DOCS = Path(__file__).resolve().parents[2] / "docs"
STEPS = 10_000
REPEATS = 10
LEVELS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5)
NEAR = 0.05  # of the x range
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

Noise = Callable[[np.random.Generator, float], Floats]


def _correlated(rng: np.random.Generator, by: float) -> Floats:
    """Autoregressive noise of unit deviation, whose neighbours correlate by so much."""
    return lfilter([1.0], [1.0, -by], np.sqrt(1 - by**2) * rng.standard_normal(STEPS + 100))[100:]


NOISES: dict[str, Noise] = {
    "gaussian": lambda rng, s: np.maximum(1 + s * rng.standard_normal(STEPS), 0),
    "lognormal": lambda rng, s: np.exp(s * rng.standard_normal(STEPS)),
    "laplace": lambda rng, s: np.maximum(1 + s * rng.laplace(size=STEPS) / np.sqrt(2), 0),
    "student, 3 degrees": lambda rng, s: np.maximum(1 + s * rng.standard_t(3, STEPS) / np.sqrt(3), 0),
    "correlated, 0.9": lambda rng, s: np.exp(s * _correlated(rng, 0.9)),
    "shrinking": lambda rng, s: np.exp(-np.arange(STEPS) / 2000) * np.exp(s * rng.standard_normal(STEPS)) + 1e-3,
}


def false_alarms(noise: Noise, level: float) -> float:
    """Spikes said per 10 000 healthy steps."""
    said = 0
    for seed in range(REPEATS):
        table = MetricTable()
        table.extend({"loss": noise(np.random.default_rng(seed), level)})
        watch = Watch(table, [LossSeries("loss")], detectors=[Spike])
        watch.finish()
        said += len(watch.events)
    return said / REPEATS


def write_noise() -> None:
    """The curve of false alarms over noise levels, as CSV and SVG."""
    rates = {name: [false_alarms(noise, level) for level in LEVELS] for name, noise in NOISES.items()}
    with (DOCS / "false-alarms.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["noise", *LEVELS])
        writer.writerows([name, *values] for name, values in rates.items())
    (DOCS / "false-alarms.svg").write_text(drawn(rates), encoding="utf-8")
    for name, values in rates.items():
        print(f"{name:20}", *(f"{v:6.2f}" for v in values))


def drawn(rates: dict[str, list[float]]) -> str:
    """The rates as a small SVG, the aim of 1 in 10 000 as a line."""
    highest = max(1.2, *(max(values) for values in rates.values()))
    xs = [60 + i * 90 for i in range(len(LEVELS))]
    height = [260 - 220 * v / highest for v in (0, 1)]
    parts = [f'<line x1="60" x2="510" y1="{y:.1f}" y2="{y:.1f}" stroke="#999"/>' for y in height]
    parts += [f'<text x="{x - 10}" y="280">{level:g}</text>' for x, level in zip(xs, LEVELS, strict=True)]
    parts += [f'<text x="20" y="{y:.0f}">{v}</text>' for y, v in zip(height, (0, 1), strict=True)]
    for (name, values), colour, row in zip(rates.items(), COLOURS, range(99), strict=False):
        points = " ".join(f"{x},{260 - 220 * v / highest:.1f}" for x, v in zip(xs, values, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="530" y="{60 + 22 * row}" fill="{colour}">{name}</text>')
    parts.append('<text x="60" y="305">scatter relative to the level; false spikes per 10 000 healthy steps</text>')
    body = "".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="700" height="320" font-size="13">{body}</svg>\n'


if __name__ == "__main__":
    write_noise()
