"""Prepares lines before the plots need them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.run import Run
from gui.plots.curves.run_lines import ROW, RunLines
from gui.plots.panes.contents import pane_specs, pane_title


def ready_lines(runs: Sequence[Run], width: int) -> list[RunLines]:
    """Prepare the lines that are drawn first of each run, smoothed over `width` steps; callable from any thread."""
    import numpy.ma  # noqa: F401  (np.percentile loads it when it is first called)
    import scipy.ndimage  # noqa: F401  (the first smoothed line would)

    from gui.plots.panes.partition import CROWD  # loads arithmetic, which the first window does without

    found = [_lines(run) for run in runs]
    if len(runs) > CROWD:  # a few are smoothed when they are drawn, many would keep the window from answering
        for lines in found:
            lines.smooth_ready(width)
    return found


def _lines(run: Run) -> RunLines:
    lines, specs = RunLines(run, run.x or ROW), pane_specs([run], ())
    lines.make_ready(column for spec in specs for column in spec.columns if column in run.table)
    for spec in specs:
        pane_title(spec)
    run.marks()
    return lines
