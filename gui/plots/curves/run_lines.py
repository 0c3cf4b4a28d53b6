"""The lines of one run: a trace and its smoothed line for every column drawn."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.run import Run
from engine.table import Floats, MetricTable, Rows
from gui.plots.curves.abscissa import Abscissa
from gui.plots.curves.line import SUMMARISED
from gui.plots.curves.smoothed import Smoothed
from gui.plots.curves.trace import Trace

ROW = "row"
SPACING_VALUES = 32  # that tell how many steps lie between two of them
SPACING_ROWS = 1 << 14
STEPS_PER_EPOCH = 25.0  # at least; a value an epoch is a mean already
SHARE = "share"  # of the run, in percent


class RunLines:
    """Creates and updates the lines of a run's table, which share one abscissa.

    Parameters
    ----------
    x : str
        Name of a column, "row", or "share".
    origin : int or None
        The row at which x is 0.
    """

    def __init__(self, run: Run, x: str, origin: int | None = None) -> None:
        self.run = run
        self._origin = origin
        self.x = x
        self._reset()

    def _reset(self) -> None:
        column = None if self.x in (ROW, SHARE) else self.x
        self.abscissa = Abscissa(self.run.table, column, self._origin, is_share=self.x == SHARE)
        self._traces: dict[str, Trace] = {}
        self._smoothed: dict[str, Smoothed] = {}
        self._spacings: dict[str, float] = {}
        self._smoothed_for = (0, 0, 0)  # width, rows and columns

    def are_of(self, run: Run, x: str, origin: int | None) -> bool:
        """Whether these are the lines of a run over this x and origin."""
        return self.run is run and (self.x, self._origin) == (x, origin)

    def make_ready(self, columns: Iterable[str]) -> None:
        """Prepare long columns for the first picture; to be called in a worker thread."""
        self.refresh()
        lines = [line for column in columns for line in (self.trace(column), self.smoothed(column))]
        if len(self.abscissa) <= SUMMARISED:  # of a thousand short runs, threads would be most of the work
            for line in lines:
                line.make_ready()
            return
        with ThreadPoolExecutor() as pool:  # numpy releases the interpreter lock
            list(pool.map(lambda line: line.make_ready(), lines))

    def refresh(self) -> bool:
        """Append new rows and return whether there were any."""
        if self.x not in (ROW, SHARE) and self.abscissa.column is None and self.x in self.run.table:
            # The column was created with the first row.
            self._reset()
        stop, before = len(self.run.table), len(self.abscissa)
        if self.x == SHARE and stop > before:
            self._reset()  # every share has changed
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
        """The smoothed line of a column."""
        if column not in self._smoothed:
            self._smoothed[column] = Smoothed(self.trace(column))
        return self._smoothed[column]

    def smooth(self, width: int) -> None:
        """Set the width of the smoothed lines in steps; 1 is off."""
        wanted = width, len(self.abscissa), len(self._smoothed)
        if wanted == self._smoothed_for:  # one of a thousand runs is lit: their curves stay as they are
            return
        self._smoothed_for = wanted
        for column, line in self._smoothed.items():
            line.set_spacing(self._spacing(column))
            line.update(width)

    def smooth_ready(self, width: int) -> None:
        """Smooth, and prepare what is drawn of a run among many; to be called in a worker thread."""
        self.smooth(width)
        if width > 1:
            for line in self._smoothed.values():
                line.with_peaks()

    def _spacing(self, column: str) -> float:
        """Steps between two values of a column, from its first ones, so that it stays while a run grows."""
        known = self._spacings.get(column)
        if known is not None:
            return known
        rows = self.run.table.series(column, 0, min(len(self.abscissa), SPACING_ROWS)).rows[: SPACING_VALUES + 1]
        found = _spacing(self.run.table, rows)
        if len(rows) > SPACING_VALUES:
            self._spacings[column] = found
        return found

    def x_range(self) -> tuple[float, float] | None:
        """Smallest and largest x of all rows; None without rows."""
        if not len(self.abscissa):
            return None
        x = self.abscissa.array
        if x is None:
            return 0.0, float(len(self.abscissa) - 1)
        if self.abscissa.falls:
            return float(x.min()), float(x.max())
        return float(x[0]), float(x[-1])

    def epoch_starts(self) -> Floats:
        """The x of the first row of every epoch but the first, shape (epochs − 1,)."""
        if "epoch" not in self.run.table:
            return np.empty(0)
        epochs = self.run.table.series("epoch", 0, len(self.abscissa))
        whole = np.floor(epochs.values + 1e-9)
        return self.abscissa.at(epochs.rows[np.flatnonzero(np.diff(whole) > 0) + 1])


def _spacing(table: MetricTable, rows: Rows) -> float:
    """Steps between the given rows; a row is one step where the table has no steps, many where it has whole epochs."""
    if len(rows) < 2:
        return 1.0
    for column, least in (("step", 0.0), ("epoch", STEPS_PER_EPOCH)):
        if column not in table:
            continue
        values = table.values(column, 0, int(rows[-1]) + 1)
        if len(values) <= rows[-1]:
            continue
        steps = np.diff(values[rows])
        steps = steps[np.isfinite(steps) & (steps > 0)]
        if not len(steps):
            continue
        if not least:
            return float(np.median(steps))
        if float(np.median(steps)) >= 1:
            return least * float(np.median(steps))
    return float(np.median(np.diff(rows)))
