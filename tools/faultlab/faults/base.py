"""What a fault is: how it is put into a sound setup, and how it shows."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from tools.faultlab.draws import scheduled
from tools.faultlab.setup import Setup
from tools.faultlab.training import Training

CLASSIFIERS = ("mlp", "cnn", "rnn", "transformer", "linear", "sums")
ORDINARY = (*CLASSIFIERS, "autoencoder", "contrastive", "overlap")
WITH_BANK = ("mlp", "cnn", "rnn", "transformer", "linear", "sums", "autoencoder")
DEEP = ("mlp", "cnn", "contrastive", "sums", "autoencoder")


class Fault(ABC):
    """A fault.

    Attributes
    ----------
    name : str
        The cause key that is right.
    also : tuple of str
        Other cause keys that are right too, since what they say is true of such a run.
    face : str
        The rule in `tools.faultlab.rules` by which it must show.
    families : tuple of str
        Families it can be put into.
    without : tuple of str
        Families that came later and cannot take it, although they are like one that does.
    cadences : tuple of str
        Ways of logging in which it can be seen.
    needs : tuple of str
        Columns without which it cannot be seen.
    tries : int
        Draws until it shows.
    """

    name = ""
    also: tuple[str, ...] = ()
    face = "rise"
    families: tuple[str, ...] = ORDINARY
    without: tuple[str, ...] = ()
    cadences: tuple[str, ...] = ("step", "step", "every", "epoch", "running")
    needs: tuple[str, ...] = ()
    tries = 5

    def prepare(self, setup: Setup, rng: np.random.Generator) -> None:  # noqa: B027
        """Change what the sound twin has too, so that the fault can show."""

    @abstractmethod
    def inject(self, setup: Setup, rng: np.random.Generator) -> None:
        """Put the fault in."""

    def accepted(self, setup: Setup, is_dead: bool) -> tuple[str, ...]:
        """The cause keys that are right for a run; none if the fault did not come about."""
        return (self.name, *self.also)


def some_step(setup: Setup, rng: np.random.Generator, first: float = 0.25, last: float = 0.85) -> int:
    """A step in the given stretch of the run."""
    return int(setup.steps * rng.uniform(first, last))


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number, its logarithm drawn evenly."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def with_rate(setup: Setup, lr: float, schedule: str = "constant") -> None:
    setup.lr, setup.schedule, setup.rates = lr, schedule, scheduled(schedule, lr, setup.steps)


def forget(training: Training) -> None:
    """Lose the optimizer's state."""
    training.first[:] = 0
    training.second[:] = 0
    training.age = 0
