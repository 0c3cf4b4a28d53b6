"""What the stack of plots draws and acts on, nearly all of whose time is that of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gui.plots.items.lean import import_pyqtgraph

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from gui.look.theme import Theme
    from gui.plots.acting.looking_back import Head
    from gui.plots.canvas import PlotCanvas
    from gui.plots.labels.empty import EmptyHint
    from gui.plots.panes.health import HealthStrip
    from gui.plots.panes.overlay import Overlay


class Parts(NamedTuple):
    """The canvas with its hint, and the timeline with its head."""

    canvas: PlotCanvas
    hint: EmptyHint
    health: HealthStrip
    head: Head


def load_parts() -> None:
    """Import what `make_parts` needs; callable from any thread."""
    import_pyqtgraph()
    import gui.plots.acting.looking_back
    import gui.plots.canvas
    import gui.plots.labels.empty
    import gui.plots.panes.health  # noqa: F401


def make_parts(theme: Theme, overlay: Overlay, owner: QObject) -> Parts:
    """Make them; the head belongs to their owner."""
    load_parts()
    from gui.plots.acting.looking_back import Head
    from gui.plots.canvas import PlotCanvas
    from gui.plots.labels.empty import EmptyHint
    from gui.plots.panes.health import HealthStrip

    canvas, health = PlotCanvas(theme), HealthStrip(theme)
    return Parts(canvas, EmptyHint(canvas), health, Head(overlay, health, canvas, owner))
