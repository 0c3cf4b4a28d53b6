"""The forks of a proof as curves over the run they leave: one for each factor and outcome, with gaps between forks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.experiments.case import PLACEBO
from engine.experiments.records import Forked
from engine.experiments.traces import Growing
from engine.table import Floats
from gui.look.theme import Theme
from gui.plots.shown.scenery import ForkCurve

MOST_POINTS = 1024  # of one fork; no plot is wider than twice that
CLEAN = 2  # place of the green among the colours of curves
CHANGES = (1, 4, 5, 3)  # places of the others that differ from it and from the run's own


@dataclass(frozen=True)
class _Key:
    factor: str
    is_clean: bool


class Forks:
    """Collects forks: hundreds of them are a handful of curves, which stay cheap to draw."""

    def __init__(self) -> None:
        self._lines: dict[_Key, tuple[list[Floats], list[Floats]]] = {}
        self._factors: dict[str, None] = {}
        self._growing: list[Growing] = []

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors whose forks have arrived, in their order."""
        return tuple(self._factors)

    def clear(self) -> None:
        """Forget all forks."""
        self._lines, self._factors, self._growing = {}, {}, []

    def show_growing(self, growing: Sequence[Growing]) -> bool:
        """Show forks that still train, and return whether there is anything new."""
        before = [(fork.id, len(fork.steps)) for fork in self._growing]
        self._growing = [fork for fork in growing if len(fork.steps)]
        for fork in self._growing:
            self._factors[fork.factor] = None
        return before != [(fork.id, len(fork.steps)) for fork in self._growing]

    def add(self, forks: list[Forked]) -> None:
        """Add forks."""
        gap = np.array([np.nan])
        for fork in forks:
            self._factors[fork.factor] = None
            x, y = self._lines.setdefault(_Key(fork.factor, fork.is_clean), ([], []))
            steps, losses = thinned(fork.steps, fork.losses)
            x += [steps, steps[-1:]]
            y += [losses, gap[: len(steps)]]

    def curves(self, theme: Theme) -> list[ForkCurve]:
        """The curves, the unchanged forks grey and at the bottom, clean ones of a change green and on top."""
        order = sorted(self._lines, key=lambda key: (key.factor != PLACEBO, key.is_clean))
        ended = [
            ForkCurve(np.concatenate(x), np.concatenate(y), self.colour(key.factor, key.is_clean, theme))
            for key in order
            for x, y in [self._lines[key]]
        ]
        return ended + [
            ForkCurve(*thinned(fork.steps, fork.losses), self.colour(fork.factor, False, theme))
            for fork in self._growing
        ]

    def colour(self, factor: str, is_clean: bool, theme: Theme) -> str:
        """The colour of a factor's forks."""
        if factor == PLACEBO:
            return theme.text_quiet
        if is_clean:
            return theme.curves[CLEAN]
        place = [name for name in self._factors if name != PLACEBO].index(factor)
        return theme.curves[CHANGES[place % len(CHANGES)]]


def thinned(steps: Floats, losses: Floats) -> tuple[Floats, Floats]:
    """Thin a long curve to the extremes of neighbouring points, so that no spike is lost.

    A group without finite values is NaN.

    Examples
    --------
    >>> x, y = thinned(np.arange(10_000.0), np.r_[np.zeros(7000), 9.0, np.zeros(2999)])
    >>> len(x) <= MOST_POINTS, y.max(), x[y.argmax()]
    (True, np.float64(9.0), np.float64(7000.0))
    """
    values = np.where(np.isfinite(losses), losses, np.nan)
    if len(values) <= MOST_POINTS:
        return steps, values
    size = -(-2 * len(values) // MOST_POINTS)
    padded = np.pad(values, (0, -len(values) % size), constant_values=np.nan).reshape(-1, size)
    firsts = size * np.arange(len(padded))
    lowest = firsts + np.argmin(np.where(np.isnan(padded), np.inf, padded), axis=1)
    highest = firsts + np.argmax(np.where(np.isnan(padded), -np.inf, padded), axis=1)
    chosen = np.sort(np.stack([lowest, highest]), axis=0).T.ravel()
    return steps[chosen], values[chosen]
