"""Buttons from an event to the readings that explain it, which plot them below the loss."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout

from engine.events import Event
from engine.i18n import _
from engine.probes.links import explaining
from engine.run import Run
from gui.look.controls import Link
from gui.plots.panes.contents import with_families
from gui.plots.panes.quantities import explained, title

MOST = 2


def explaining_columns(event: Event, run: Run) -> tuple[str, ...]:
    """The columns of a run's readings that explain an event best; those of layers as a family."""
    there = [name for name in run.table.columns if run.table.count(name)]
    return tuple(with_families(explaining(event.kind, there))[:MOST])


def probe_links(event: Event, run: Run, plot: Callable[[str], None]) -> QVBoxLayout | None:
    """A column of buttons, one for each explaining reading; None if there is none."""
    columns = explaining_columns(event, run)
    if not columns:
        return None
    lines = QVBoxLayout()
    lines.setSpacing(0)
    for column in columns:
        link = Link(_("Plot {reading}").format(reading=title(column)), explained(column))
        link.clicked.connect(lambda _checked=False, wanted=column: plot(wanted))
        lines.addWidget(link)
    return lines
