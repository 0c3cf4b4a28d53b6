"""Prepares lines before the plots need them."""

from __future__ import annotations

from engine.run import Run
from gui.plots.curves.run_lines import ROW, RunLines
from gui.plots.panes.contents import pane_specs, pane_title


def ready_lines(run: Run) -> RunLines:
    """Prepare the lines that are drawn first of a run; callable from any thread."""
    import numpy.ma  # noqa: F401  (np.percentile loads it when it is first called)
    import scipy.ndimage  # noqa: F401  (the first smoothed line would)

    lines, specs = RunLines(run, run.x or ROW), pane_specs([run], ())
    lines.make_ready(column for spec in specs for column in spec.columns if column in run.table)
    for spec in specs:
        pane_title(spec)
    run.marks()
    return lines
