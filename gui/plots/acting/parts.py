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


def make_parts(theme: Theme, overlay: Overlay, owner: QObject) -> Parts:
    """Make them; the head belongs to their owner.

    What they need is imported in the window's thread: PySide6 looks the class of a widget up without a lock, in a table
    that grows when another thread makes classes of Qt (6.11.3; a window crashed twice in a hundred starts).
    """
    import_pyqtgraph()
    from gui.plots.acting.looking_back import Head
    from gui.plots.canvas import PlotCanvas
    from gui.plots.labels.empty import EmptyHint
    from gui.plots.panes.health import HealthStrip

    canvas, health = PlotCanvas(theme), HealthStrip(theme)
    return Parts(canvas, EmptyHint(canvas), health, Head(overlay, health, canvas, owner))
