"""Looking back on the timeline: its head, and the ticks of the checkpoints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from gui.plots.canvas import PlotCanvas
from gui.plots.panes.health import HealthStrip
from gui.plots.panes.overlay import Overlay


class Head(QObject):
    """The place that the person looks back at.

    Signals
    -------
    scrubbed : row of the active run; None for the present
    """

    scrubbed = Signal(object)

    def __init__(self, overlay: Overlay, strip: HealthStrip, canvas: PlotCanvas, parent: QObject) -> None:
        super().__init__(parent)
        self._overlay, self._strip, self._canvas = overlay, strip, canvas
        self.x: float | None = None
        self._checkpoints: tuple[int, ...] = ()

    def forget(self) -> None:
        """Show the present, of other runs."""
        self.x = None
        self._strip.show_head(None)

    def look_back(self, x: float) -> None:
        """Look back at the row nearest to `x`; at the last row the present is shown."""
        lines = self._overlay.active_lines
        row = lines.abscissa.row_near(x)
        if row >= len(lines.abscissa) - 1:
            self.stop()
            return
        self.x = float(lines.abscissa.at(np.array([row]))[0])
        self._strip.show_head(self.x)
        self._canvas.show_cursor(self.x)
        self.scrubbed.emit(row)

    def stop(self) -> None:
        """Show the present again."""
        if self.x is not None:
            self.forget()
            self._canvas.show_cursor(None)
            self.scrubbed.emit(None)

    def show_checkpoints(self, steps: Sequence[int]) -> None:
        """Mark the checkpoints of the active run."""
        if tuple(steps) != self._checkpoints:
            self._checkpoints = tuple(steps)
            self.place_checkpoints()

    def place_checkpoints(self) -> None:
        """Place their ticks; what they stand on changes with the rows and with x."""
        has_rows = not self._overlay.is_empty and bool(self._checkpoints)
        x = self._overlay.x_of_steps(np.array(self._checkpoints, float)) if has_rows else ()
        self._strip.show_ticks([float(at) for at in x])
