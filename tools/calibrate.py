"""Measure the detectors: false alarms on healthy noise, and how often claims hold on labelled series.

    python -m tools.calibrate noise            writes docs/false-alarms.csv and .svg
    python -m tools.calibrate labels FOLDER    prints the claims kind by kind and how many a label confirms

FOLDER holds ``labels.csv`` (id, column, kind, start_x, confidence) and ``series/ID__COLUMN.csv``.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine.detectors.spike import Spike
from engine.detectors.watch import Watch
from engine.events import Event, EventKind
from engine.series import LossSeries, pair
from engine.table import Floats, MetricTable, Sparse

DOCS = Path(__file__).resolve().parent.parent / "docs"
STEPS = 10_000
REPEATS = 10
LEVELS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5)
NEAR = 0.05  # of the x range
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")

Noise = Callable[[np.random.Generator, float], Floats]
NOISES: dict[str, Noise] = {
    "gaussian": lambda rng, s: np.maximum(1 + s * rng.standard_normal(STEPS), 0),
    "lognormal": lambda rng, s: np.exp(s * rng.standard_normal(STEPS)),
    "laplace": lambda rng, s: np.maximum(1 + s * rng.laplace(size=STEPS) / np.sqrt(2), 0),
    "student, 3 degrees": lambda rng, s: np.maximum(1 + s * rng.standard_t(3, STEPS) / np.sqrt(3), 0),
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


def load(path: Path) -> MetricTable:
    """A labelled series as a table; empty cells are missing."""
    with path.open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    table = MetricTable()
    chunk: dict[str, Floats | Sparse] = {}
    for i, name in enumerate(header):
        at = [k for k, row in enumerate(rows) if row[i] != ""]
        chunk[name] = Sparse(np.array(at, np.int64), np.array([float(rows[k][i]) for k in at]))
    table.extend(chunk, rows=len(rows))
    return table


def labelled(folder: Path) -> Iterator[tuple[MetricTable, list[dict[str, str]]]]:
    """Each labelled series with its labels."""
    labels = defaultdict(list)
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            labels[f"{row['id']}__{re.sub(r'[^A-Za-z0-9]+', '_', row['column'])}.csv"].append(row)
    for name, rows in labels.items():
        yield load(folder / "series" / name), rows


def holds(event: Event, table: MetricTable, labels: list[dict[str, str]]) -> bool | None:
    """Whether a label confirms an event in kind and place; None where the labeller was unsure."""
    same = [row for row in labels if row["kind"] == event.kind]
    if any(row["confidence"] == "unsure" for row in [*same, *(r for r in labels if r["kind"] == "healthy")]):
        return None
    steps = table.values("step")
    span = float(np.ptp(steps)) or 1.0
    return any(abs(float(row["start_x"]) - steps[event.start]) <= NEAR * span for row in same)


def print_labels(folder: Path) -> None:
    """Reliability: per kind and per tenth of confidence, the claims and the share that held."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    by_confidence: dict[int, list[bool]] = defaultdict(list)
    for table, labels in labelled(folder):
        series = pair([name for name in table.columns if name != "step"])
        watch = Watch(table, series, "step")
        watch.finish()
        is_paired = "val_loss" in table
        for event in watch.listed:
            if is_paired and event.series != "val_loss" and event.kind is not EventKind.OVERFITTING:
                continue
            verdict = holds(event, table, labels)
            if verdict is not None:
                by_kind[event.kind].append(verdict)
                by_confidence[int(event.confidence * 10)].append(verdict)
    for name, verdicts in sorted(by_kind.items()):
        print(f"{name:16}{len(verdicts):4} claims, {np.mean(verdicts):.2f} hold")
    for tenth, verdicts in sorted(by_confidence.items()):
        share = np.mean(verdicts)
        print(f"confidence {tenth / 10:.1f}–{(tenth + 1) / 10:.1f}: {len(verdicts):4} claims, {share:.2f} hold")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["noise", "labels"])
    parser.add_argument("folder", nargs="?", type=Path)
    arguments = parser.parse_args()
    if arguments.what == "noise":
        write_noise()
    elif arguments.folder is None:
        parser.error("labels needs the folder")
    else:
        print_labels(arguments.folder)


if __name__ == "__main__":
    main()
