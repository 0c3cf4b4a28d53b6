"""Curves whose truth is known; each returns the loss."""

import numpy as np


def falling(n=600, scatter=0.05, seed=0):
    rng = np.random.default_rng(seed)
    return (0.2 + 2 * np.exp(-np.arange(n) / (n / 8))) * np.exp(scatter * rng.standard_normal(n))


def exploding(n=60, growth=1.8, onset=30):
    loss = np.exp(0.02 * np.random.default_rng(1).standard_normal(n)) * 2
    loss[onset:] = 2 * growth ** np.arange(1, n - onset + 1)
    return np.append(loss, [np.inf, np.nan])


def climbing(n=600, factor=4.0, seed=0):
    rise = 1 + (factor - 1) * np.clip((np.arange(n) - 0.5 * n) / (0.2 * n), 0, 1)
    return falling(n, 0.03, seed) * rise


def kicking_in(n=600, seed=0):
    rng = np.random.default_rng(seed)
    drop = 1 / (1 + np.exp((np.arange(n) - n // 2) / (n / 60)))
    return (0.1 + 1.5 * drop) * np.exp(0.02 * rng.standard_normal(n))


def jumping(n=400):
    loss = falling(n, 0.02)
    loss[n // 2 :] *= 12
    return loss


def sawtooth(n=600, period=30, seed=0):
    rng = np.random.default_rng(seed)
    return np.exp(0.02 * rng.standard_normal(n)) * (1 - 0.4 * (np.arange(n) % period) / period)


CURVES = (falling, exploding, climbing, kicking_in, jumping, sawtooth)
