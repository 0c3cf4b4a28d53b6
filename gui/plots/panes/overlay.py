"""The overlay of runs: which are grouped, aligned, smoothed or lit, and the curves of each pane."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.run import OriginKind, Run
from engine.smoothing import width_of
from engine.table import Floats
from gui.look.theme import Theme
from gui.plots.axes.stretches import Stretch
from gui.plots.curves.line import Line
from gui.plots.curves.run_lines import RunLines
from gui.plots.curves.trace import spans_decades
from gui.plots.panes.contents import curves, group_curves
from gui.plots.shown.spec import Curve, PaneSpec


class Overlay:
    """The runs shown in a stack, one of them active."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.lines: list[RunLines] = []
        self._ready: list[RunLines] = []
        self.active = -1
        self.origins: Mapping[str, int] = {}
        self.smoothing = 0.0
        self.colours: Mapping[str, str] = {}
        self.lit = self.lit_colour = ""
        self._groups: Mapping[str, Sequence[str]] = {}
        self._x: str | None = None
        self._single: dict[PaneSpec, tuple[tuple, list[Curve]]] = {}  # and what they were made of

    def set_runs(self, runs: Sequence[Run], active: int) -> None:
        """Overlay these runs; `active` counts from the end when negative."""
        self.runs = list(runs)
        self.active = active % len(self.runs) if self.runs else -1
        self.make_lines()

    def make_lines(self) -> None:
        """Recompute the x of every row."""
        there: dict[int, list[RunLines]] = {}
        for lines in (*self.lines, *self._ready):
            there.setdefault(id(lines.run), []).append(lines)
        self.lines = [self._lines_of(run, there.get(id(run), [])) for run in self.runs]
        self._single = {}
        self._ready = []
        self.refresh()

    def _lines_of(self, run: Run, there: Sequence[RunLines]) -> RunLines:
        """Existing lines of a run if they have the same x, else new ones."""
        x, origin = self.x_column, self.origins.get(run.id)
        return next((lines for lines in there if lines.are_of(run, x, origin)), None) or RunLines(run, x, origin)

    def add_prepared(self, lines: Sequence[RunLines]) -> None:
        """Add lines prepared elsewhere, for runs that are shown next."""
        self._ready = list(lines)

    def refresh(self) -> bool:
        """Append new rows and return whether there were any."""
        grew = [lines.refresh() for lines in self.lines]
        return any(grew)

    @property
    def smoothing_width(self) -> int:
        """Steps over which curves are smoothed; 1 for none."""
        return width_of(self.smoothing)

    def smooth(self) -> None:
        width = self.smoothing_width
        for lines in self.lines:
            lines.smooth(width)

    @property
    def active_run(self) -> Run | None:
        return self.runs[self.active] if self.runs else None

    @property
    def active_lines(self) -> RunLines:
        return self.lines[self.active]

    @property
    def is_training(self) -> bool:
        return any(run.origin.kind is OriginKind.TRAINING for run in self.runs)

    @property
    def is_empty(self) -> bool:
        return not any(len(lines.abscissa) for lines in self.lines)

    # x

    @property
    def x_column(self) -> str:
        """The column of x: "step", "epoch", "time", "row" or another one."""
        run = self.active_run
        return self._x or (run.x if run is not None else None) or "row"

    def set_x(self, x: str) -> None:
        self._x = x
        self.make_lines()

    def whole(self) -> Stretch:
        """The range of x of the shown runs."""
        ranges = [r for lines in self.lines if (r := lines.x_range())]
        if not ranges:
            return 0.0, 1.0
        low, high = min(r[0] for r in ranges), max(r[1] for r in ranges)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def x_of_steps(self, steps: Floats) -> Floats:
        """The x of steps of the active run; those beyond its end continue it."""
        if not self.runs or self.x_column == "step":
            return steps
        abscissa = self.active_lines.abscissa
        rows = np.asarray(steps, np.int64) - 1
        ends = abscissa.at(np.array([0, len(abscissa) - 1]))
        rate = float(ends[1] - ends[0]) / max(len(abscissa) - 1, 1)
        return abscissa.at(rows) + rate * np.maximum(rows - len(abscissa) + 1, 0)

    def snapped(self, x: float) -> float:
        """The x of the active run's nearest row, since there is nothing between two steps.

        Beyond the active run, where others extend further, x is unchanged.
        """
        lines = self.active_lines
        abscissa, reach = lines.abscissa, lines.x_range() if len(self.lines) > 1 else None
        if not len(abscissa) or (reach is not None and not reach[0] <= x <= reach[1]):
            return x
        return float(abscissa.at(np.array([abscissa.row_near(x)]))[0])

    # Curves

    def group(self, groups: Mapping[str, Sequence[str]]) -> None:
        self._groups = {name: tuple(ids) for name, ids in groups.items()}

    def curves(self, spec: PaneSpec, theme: Theme) -> list[Curve]:
        """The curves of a pane: single runs, and groups in place of their members."""
        grouped = {run_id for ids in self._groups.values() for run_id in ids}
        if spec.is_heat:
            return list(curves(spec, self.lines, self.active, set(), theme))
        single = self._single_curves(spec, grouped, theme)
        if grouped:
            single += group_curves(spec, self.lines, self._groups, theme, self.colours)
        return [*single, *self._lit_curves(spec, theme)]

    def recoloured(self, spec: PaneSpec, theme: Theme) -> list[Curve]:
        """The curves of a pane in other colours or with another run lit; those that look as before are the same."""
        key, known = (theme, dict(self.colours)), self._single.get(spec)
        if self._groups or spec.is_heat or known is None or known[0] != key:
            return self.curves(spec, theme)
        return [*known[1], *self._lit_curves(spec, theme)]

    def _single_curves(self, spec: PaneSpec, grouped: set[str], theme: Theme) -> list[Curve]:
        made = curves(spec, self.lines, self.active, grouped, theme, self.colours)
        self._single[spec] = (theme, dict(self.colours)), list(made)
        return made

    def _lit_curves(self, spec: PaneSpec, theme: Theme) -> list[Curve]:
        """Curves of the run under the pointer, over all others; its own ones stay where they are drawn together."""
        at = next((place for place, run in enumerate(self.runs) if run.id == self.lit), None)
        if at is None:
            return []
        others = {run.id for run in self.runs} - {self.lit}
        return curves(spec, self.lines, at, others, theme, {self.lit: self.lit_colour})

    @property
    def is_grouped(self) -> bool:
        return bool(self._groups)

    @property
    def is_log_apt(self) -> bool:
        """Whether the losses of the visible runs are positive and span more than three decades."""
        extents = [
            lines.trace(series.name).extent()
            for lines in self.lines
            for series in lines.run.series
            if series.name in lines.run.table
        ]
        return spans_decades(extents)

    def health(self) -> Line | None:
        """The loss of the active run for the overview strip."""
        run, lines = self.active_run, self.active_lines
        loss = next((series.name for series in run.series if series.name in run.table), None) if run else None
        if loss is None:
            return None
        return lines.trace(loss)
