"""House prices from five features on very different scales: a badly conditioned regression."""

from __future__ import annotations

import numpy as np

from engine.i18n import N_
from engine.table import Floats

FEATURES = (N_("rooms"), N_("age"), N_("distance"), N_("income"), N_("rate"))
SLOPES = np.array([12.0, -0.5, -1.0, 8.0, -0.6])
INTERCEPT = 20.0
NOISE_STD = 5.0


def houses(count: int, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Features, shape (count, 5), and prices, shape (count, 1): linear in the features plus Gaussian noise.

    The largest eigenvalue of the mean squared error's Hessian is about 3200, mostly from the squared age.
    """
    features = np.column_stack(
        [
            random.normal(5.0, 1.2, count),
            random.uniform(0.0, 60.0, count),
            random.gamma(2.0, 4.0, count),
            random.lognormal(1.0, 0.4, count),
            random.uniform(10.0, 30.0, count),
        ]
    )
    prices = features @ SLOPES + INTERCEPT + random.normal(0.0, NOISE_STD, count)
    return features, prices[:, None]


def standardized(features: Floats) -> Floats:
    """Every feature with mean 0 and standard deviation 1."""
    return (features - features.mean(0)) / features.std(0)
