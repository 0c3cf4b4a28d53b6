"""Which lines an overlay draws."""

from __future__ import annotations

from gui.plots.curves.run_lines import RunLines
from gui.plots.panes.overlay import Overlay
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
