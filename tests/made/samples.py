"""Make the sample logs of the start page: ``python -m tests.made.samples`` writes them to ``resources/samples``.

The curves are formulas with noise from a fixed generator, so the files are the same on every machine.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "samples"

Rows = Iterable[dict[str, float | int | str]]


def falling(t: np.ndarray, start: float, end: float, scale: float) -> np.ndarray:
    """A loss that falls from `start` towards `end`."""
    return end + (start - end) / (1 + t / scale)


def healthy(rng: np.random.Generator) -> Rows:
    """Falls, scatters less and less, validation beside it."""
    t = np.arange(2000)
    level = falling(t, 2.3, 0.05, 60)
    loss = level * np.exp(0.08 * rng.standard_normal(len(t)))
    for i in t:
        row: dict[str, float | int | str] = {"step": int(i) + 1, "loss": f"{loss[i]:.5f}"}
        row["val_loss"] = f"{level[i] * 1.08 + 0.01:.5f}" if i % 100 == 99 else ""
        yield row


def late_rise(rng: np.random.Generator) -> Rows:
    """Converges, then climbs slowly for the rest of the run while accuracy falls."""
    t = np.arange(6000)
    rise = 0.9 / (1 + np.exp(-(t - 4300) / 260))
    loss = (falling(t, 2.3, 0.02, 90) + rise) * np.exp(0.06 * rng.standard_normal(len(t)))
    accuracy = np.clip(1 - 0.9 * np.exp(-t / 120) - 0.3 * rise, 0, 1)
    for i in t:
        yield {"step": int(i) + 1, "loss": f"{loss[i]:.5f}", "accuracy": f"{accuracy[i]:.4f}", "lr": 0.001}


def explosion(rng: np.random.Generator) -> Rows:
    """Falls, then grows by orders of magnitude within 40 steps, then is not a number."""
    t = np.arange(1300)
    loss = falling(t, 6.0, 0.4, 80) * np.exp(0.05 * rng.standard_normal(len(t)))
    growing = t >= 1124
    loss[growing] *= np.exp(np.minimum(0.35 * (t[growing] - 1123), 80))
    for i in t:
        text = "nan" if i >= 1180 else f"{loss[i]:.6g}"
        yield {"step": int(i) + 1, "loss": text, "grad_norm": "nan" if i >= 1180 else f"{2 + loss[i]:.5g}"}


def epoch_sawtooth(rng: np.random.Generator) -> Rows:
    """A step down at each epoch's first mini-batch, a slow rise within the epoch."""
    steps = 120
    for i in range(20 * steps):
        epoch, within = divmod(i, steps)
        level = 1.6 * 0.86**epoch * (1 + 0.25 * within / steps)
        yield {
            "epoch": round(i / steps, 4),
            "step": i + 1,
            "loss": f"{level * np.exp(0.015 * rng.standard_normal()):.5f}",
        }


def kick_in(rng: np.random.Generator) -> Rows:
    """Flat at the level of guessing for long, then a sudden drop."""
    t = np.arange(3000)
    drop = 1 / (1 + np.exp(-(t - 1850) / 18))
    loss = (2.3026 * (1 - drop) + drop * falling(np.maximum(t - 1850, 0), 1.2, 0.1, 80)) * np.exp(
        (0.004 + 0.06 * drop) * rng.standard_normal(len(t))
    )
    for i in t:
        yield {"iteration": int(i) + 1, "train_loss": f"{loss[i]:.5f}"}


def overfitting(rng: np.random.Generator) -> Rows:
    """Training falls to the end, validation turns up after a quarter."""
    for epoch in range(80):
        train = 0.02 + 1.4 * np.exp(-epoch / 14)
        val = 0.35 + 1.1 * np.exp(-epoch / 9) + 0.011 * max(0, epoch - 20)
        noise = np.exp(0.015 * rng.standard_normal(2))
        yield {"epoch": epoch + 1, "loss": f"{train * noise[0]:.4f}", "val_loss": f"{val * noise[1]:.4f}"}


SAMPLES: dict[str, Callable[[np.random.Generator], Rows]] = {
    "healthy": healthy,
    "late_rise": late_rise,
    "explosion": explosion,
    "epoch_sawtooth": epoch_sawtooth,
    "kick_in": kick_in,
    "overfitting": overfitting,
}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write all samples; the paths written."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_one(folder / f"{name}.csv", make) for name, make in SAMPLES.items()]


def write_one(path: Path, make: Callable[[np.random.Generator], Rows]) -> Path:
    """Write one sample with the generator that its name gives."""
    rows = list(make(np.random.default_rng(sum(map(ord, path.stem)))))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


if __name__ == "__main__":
    for path in write():
        print(path)
