"""What a kind of simulated curve is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from engine.table import Floats
from tools.judging.simulated.noises import Rng
from tools.judging.simulated.sheet import Sheet, sheet
from tools.judging.writing import Named

NARROW, WIDE = 0.04, 0.12  # of the run: what is called a spike, and what is not

Drawn = tuple[Floats, Mapping[str, Floats], Sequence[Named]]


class Kind(ABC):
    """A kind of curve.

    Attributes
    ----------
    name : str
    share : float
        How often it is drawn, against the others.
    is_healthy : bool
        Nothing happens in it.
    """

    name = ""
    share = 1.0
    is_healthy = False

    def sheet(self, rng: Rng) -> Sheet:
        """What it is drawn on."""
        return sheet(rng, least=25)

    @abstractmethod
    def change(self, sheet: Sheet, rng: Rng) -> None:
        """Let it happen, and label it."""

    def draw(self, rng: Rng) -> Drawn:
        """Steps, columns and the labels of the last column."""
        made = self.sheet(rng)
        made.is_healthy = self.is_healthy
        self.change(made, rng)
        x, values, labels = made.logged()
        return x, {"loss": values}, labels


def returning(steps: int, start: int, height: float, rise: int, half: float) -> Floats:
    """A rise to `height` within `rise` steps and a return that halves in `half` steps; shape (steps,)."""
    since = np.arange(steps) - start
    up = np.clip((since + 1) / max(rise, 1), 0, 1)
    down = 0.5 ** (np.maximum(since - rise, 0) / half)
    return np.where(since >= 0, height * up * down, 0.0)


def mark_rise(sheet: Sheet, start: int, rise: int, half: float) -> None:
    """Label a rise by what people call it: a spike, or an overshoot if it returns slowly or not; so or so between."""
    end = min(sheet.steps - 1, int(start + rise + 2 * half))
    width = (end - start) / sheet.steps
    if width <= NARROW or end - start <= 3 * sheet.every:
        sheet.mark("spike", start, end)
    elif width <= WIDE:
        sheet.mark("spike", start, end, "unsure")
        sheet.mark("overshoot", start, end, "unsure")
    else:
        sheet.mark("overshoot", start, end)
        sheet.mark("late_rise", start, end, "unsure")
