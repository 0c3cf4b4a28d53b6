"""Simulated losses whose truth about epochs is known: four mechanisms, a wide spike, and series with nothing locked.

A simulation returns the loss of single steps as a log would hold it. How strong an effect is, how much single points
scatter and its correlation over time are drawn for each seed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.detectors.kinds.epoch_boundary import EpochBoundary
from engine.detectors.watch import Watch
from engine.events import Event
from engine.series import LossSeries
from engine.table import Floats, MetricTable

EPOCHS = {20: 30, 50: 20, 200: 10, 1000: 6, 3000: 5}  # how many epochs of each length

Simulation = Callable[[np.random.Generator, int, int], Floats]


def scatter(rng: np.random.Generator, n: int, size: float, memory: float = 0.0) -> Floats:
    """Gaussian noise of standard deviation `size`; with `memory` that of a first-order autoregression."""
    white = rng.standard_normal(n)
    if memory:
        from scipy.signal import lfilter

        white = lfilter([np.sqrt(1 - memory**2)], [1, -memory], white)
    return size * white


def fall(rng: np.random.Generator, n: int) -> Floats:
    """Logarithm of a level that falls by a factor between 1 and 10 and flattens."""
    start, end = np.exp(rng.uniform(0, 2.3)), 1.0
    return np.log(end + (start - end) * np.exp(-np.arange(n) / (n * rng.uniform(0.1, 0.6))))


def _size(rng: np.random.Generator, highest: float = 0.5) -> float:
    return float(np.exp(rng.uniform(np.log(0.02), np.log(highest))))


def healthy(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Log-normal noise about a falling level."""
    n = period * epochs
    return np.exp(fall(rng, n) + scatter(rng, n, _size(rng)))


def hanging_together(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Noise whose neighbours resemble each other, as in a smoothed log."""
    n = period * epochs
    return np.exp(fall(rng, n) + scatter(rng, n, _size(rng), rng.choice([0.5, 0.9, 0.98])))


def heavy_tailed(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Student's noise with three degrees of freedom."""
    n = period * epochs
    return np.exp(fall(rng, n) + _size(rng, 0.2) * rng.standard_t(3, n))


def skewed(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Batch size 1: each loss is exponential about the level."""
    n = period * epochs
    return np.exp(fall(rng, n)) * rng.exponential(size=n)


def shrinking(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Additive noise that shrinks with the loss, over three decades."""
    n = period * epochs
    return np.exp(-7 * np.arange(n) / n) * np.abs(1 + scatter(rng, n, _size(rng, 0.3))) + 1e-4


def with_random_spikes(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Spikes of two to ten times the level, one to twenty steps wide, at places drawn at random."""
    loss = healthy(rng, period, epochs)
    for at in rng.integers(0, len(loss), 2 * epochs):
        width = int(rng.integers(1, 21))
        loss[at : at + width] *= rng.uniform(2, 10)
    return loss


def cyclic_rate(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """A triangular or a sinusoidal learning rate, whose cycle is no whole number of epochs, shakes the level."""
    n = period * epochs
    phase = np.arange(n) / (period * rng.uniform(0.7, 2.3)) + rng.uniform()
    wave = 2 * np.abs(phase % 1 - 0.5) if rng.random() < 0.5 else 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    return np.exp(fall(rng, n) + rng.uniform(0.1, 0.5) * wave + scatter(rng, n, _size(rng, 0.2)))


def running_mean(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Running means over the epochs of a healthy loss; half of them rounded to four decimals, as Keras prints."""
    loss = (skewed if rng.random() < 0.3 else healthy)(rng, period, epochs).reshape(epochs, period)
    means = (np.cumsum(loss, axis=1) / np.arange(1, period + 1)).ravel()
    return means.round(4) if rng.random() < 0.5 else means


def not_shuffled(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """Each place in the epoch has its own difficulty; half of them sorted by class too."""
    n, size = period * epochs, max(_size(rng), 0.05)
    difficulty = rng.uniform(0.6, 2) * size * rng.standard_normal(period)
    if rng.random() < 0.5:
        difficulty += size * np.repeat(rng.standard_normal(5), -(-period // 5))[:period]
    return np.exp(fall(rng, n) + np.tile(difficulty, epochs) + scatter(rng, n, size))


def short_last_batch(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """The last step of each epoch is divided by the size of a whole batch: a dip."""
    loss = np.exp(fall(rng, period * epochs) + scatter(rng, period * epochs, _size(rng, 0.25)))
    loss[period - 1 :: period] *= rng.uniform(0.15, 0.5)
    return loss


def noisy_last_batch(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """The last step of each epoch is the mean of few samples: its scatter is five to ten times that of the others."""
    size = _size(rng, 0.1)
    noise = scatter(rng, period * epochs, size)
    noise[period - 1 :: period] *= rng.uniform(5, 10)
    return np.exp(fall(rng, period * epochs) + noise)


def memorising(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """A step down at each boundary, and up again by nine tenths of it within the epoch."""
    n, size = period * epochs, _size(rng)
    step = max(0.08, size * rng.uniform(1, 3))
    inside = np.tile(np.linspace(0, 0.9 * step, period), epochs) - 0.1 * step * np.repeat(np.arange(epochs), period)
    inside[:period] = inside[0] + step * 0.9  # there is nothing to remember in the first epoch
    return np.exp(inside + scatter(rng, n, size))


def wide_spike(rng: np.random.Generator, period: int, epochs: int) -> Floats:
    """From each boundary on a rise that decays within two to twenty steps."""
    n, size = period * epochs, _size(rng, 0.25)
    width = rng.integers(2, min(21, period // 4 + 1))
    shape = np.exp(-2 * np.arange(period) / width) if rng.random() < 0.5 else (np.arange(period) < width).astype(float)
    return np.exp(fall(rng, n) + max(0.15, size * rng.uniform(2, 5)) * np.tile(shape, epochs) + scatter(rng, n, size))


HEALTHY: tuple[Simulation, ...] = (
    healthy,
    hanging_together,
    heavy_tailed,
    skewed,
    shrinking,
    with_random_spikes,
    cyclic_rate,
)
LOCKED: dict[Simulation, float] = {
    running_mean: 1,
    not_shuffled: 2,
    short_last_batch: 3,
    noisy_last_batch: 3,
    memorising: 4,
    wide_spike: 5,
}


def said(loss: Floats, period: int, has_column: bool) -> Event | None:
    """The event of the finished series, if there is one."""
    table = MetricTable()
    columns = {"loss": loss}
    if has_column:
        columns["epoch"] = (np.arange(len(loss)) // period).astype(float)
    table.extend(columns)  # type: ignore[arg-type]
    watch = Watch(table, [LossSeries("loss")], detectors=[EpochBoundary])
    watch.finish()
    return watch.events[0] if watch.events else None


def simulated(simulation: Simulation, period: int, seed: int) -> Floats:
    """One series; the generator depends on all three."""
    return simulation(np.random.default_rng([seed, period, len(simulation.__name__)]), period, EPOCHS[period])
