"""Which lines an overlay draws."""

from __future__ import annotations

import numpy as np
import pytest

from gui.plots.curves.run_lines import RunLines
from gui.plots.panes.overlay import Overlay
from gui.plots.panes.partition import CROWD
from gui.plots.panes.ready import ready_lines
from tests.gui.plots.runs import falling, run_of


def test_lines_made_elsewhere_are_drawn_and_those_there_are_kept() -> None:
    first, second = run_of("first", loss=falling()), run_of("second", loss=falling())
    made = RunLines(first, "step")
    made.make_ready(["loss"])
    overlay = Overlay()
    overlay.add_prepared([made])
    overlay.set_runs([first], 0)
    assert overlay.lines == [made]
    overlay.set_runs([first, second], 1)
    assert overlay.lines[0] is made
    overlay.set_x("row")
    assert overlay.lines[0] is not made


@pytest.mark.parametrize("count", [CROWD - 10, CROWD + 6])
def test_only_many_runs_are_smoothed_where_they_are_read(count: int) -> None:
    overlay = Overlay()
    overlay.smoothing = 0.3
    runs = [run_of(str(number), loss=falling()) for number in range(count)]
    ready = ready_lines(runs, overlay.smoothing_width)
    overlay.add_prepared(ready)
    overlay.set_runs(runs, 0)
    smoothed = [lines.smoothed("loss") for lines in overlay.lines]
    is_ready = [len(line) > 0 for line in smoothed]
    assert is_ready == [count > CROWD] * count
    peaked = [line.with_peaks() for line in smoothed] if count > CROWD else []
    overlay.smooth()
    assert all(len(line) for line in smoothed)
    assert all(line.with_peaks() is before for line, before in zip(smoothed, peaked, strict=False))
    alone = run_of("0", loss=falling())
    overlay.set_runs([alone], 0)
    overlay.lines[0].smoothed("loss")
    overlay.smooth()
    assert np.array_equal(overlay.lines[0].smoothed("loss").values, smoothed[0].values)
