"""The lines of one run: a trace and its smooth for every column that is drawn."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.run import Run
from engine.table import Floats
from gui.plots.curves.abscissa import Abscissa
from gui.plots.curves.smoothed import Smoothed
from gui.plots.curves.trace import Trace

ROW = "row"


class RunLines:
    """Pulls what is new from the table of a run; all of its lines share one abscissa.

    Parameters
    ----------
    x : str
        A column, or "row".
    origin : int or None
        The row at which x is 0.
    """

    def __init__(self, run: Run, x: str, origin: int | None = None) -> None:
        self.run = run
        self._origin = origin
        self.x = x
        self._begin()

    def _begin(self) -> None:
        self.abscissa = Abscissa(self.run.table, None if self.x == ROW else self.x, self._origin)
        self._traces: dict[str, Trace] = {}
        self._smoothed: dict[str, Smoothed] = {}

    def are_of(self, run: Run, x: str, origin: int | None) -> bool:
        """Whether they place this run on this x."""
        return self.run is run and (self.x, self._origin) == (x, origin)

    def make_ready(self, columns: Iterable[str]) -> None:
        """Do what takes long with many rows, so that the first picture needs none of it; in a thread that has time."""
        self.refresh()
        lines = [line for column in columns for line in (self.trace(column), self.smoothed(column))]
        with ThreadPoolExecutor() as pool:  # numpy lets go of the interpreter meanwhile
            list(pool.map(lambda line: line.make_ready(), lines))

    def refresh(self) -> bool:
        """Take in new rows; whether there were any."""
        if self.abscissa.column is None and self.x in self.run.table:
            # The column came with the first row.
            self._begin()
        stop, before = len(self.run.table), len(self.abscissa)
        self.abscissa.update(stop)
        for trace in self._traces.values():
            trace.update(stop)
        return stop > before

    def trace(self, column: str) -> Trace:
        """The line of a column."""
        if column not in self._traces:
            self._traces[column] = Trace(self.run.table, column, self.abscissa)
            self._traces[column].update(len(self.abscissa))
        return self._traces[column]

    def smoothed(self, column: str) -> Smoothed:
        """The smooth line of a column."""
        return self._smoothed.setdefault(column, Smoothed(self.trace(column)))

    def smooth(self, amount: float) -> None:
        """Smooth the lines that have a smooth one by this amount."""
        for line in self._smoothed.values():
            line.update(amount)

    def x_range(self) -> tuple[float, float] | None:
        """Smallest and largest x of all rows, or None without rows."""
        if not len(self.abscissa):
            return None
        x = self.abscissa.array
        if x is None:
            return 0.0, float(len(self.abscissa) - 1)
        if self.abscissa.falls:
            return float(x.min()), float(x.max())
        return float(x[0]), float(x[-1])

    def epoch_starts(self) -> Floats:
        """The x of the first row of every epoch but the first."""
        if "epoch" not in self.run.table:
            return np.empty(0)
        epochs = self.run.table.series("epoch", 0, len(self.abscissa))
        whole = np.floor(epochs.values + 1e-9)
        return self.abscissa.at(epochs.rows[np.flatnonzero(np.diff(whole) > 0) + 1])
