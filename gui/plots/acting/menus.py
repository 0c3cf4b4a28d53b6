"""The menus of the plots: of the figure and the x at the cursor, of the timeline, of labels and events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QWidget

from engine.i18n import _
from gui.plots.shown.scenery import MarkedBand


@dataclass(frozen=True)
class Place:
    """The x at which a menu is opened.

    Attributes
    ----------
    row : int
        The nearest row of the active run.
    branch_row : int or None
        The row that another run can branch from; None for a log.
    marked : sequence of MarkedBand
        What the person has marked there.
    """

    x: float
    row: int
    branch_row: int | None = None
    marked: Sequence[MarkedBand] = ()


@dataclass(frozen=True)
class State:
    """What is switched on."""

    has_epoch_lines: bool = False
    has_extremes: bool = False
    is_measuring: bool = False
    is_looking_back: bool = False


class PlotMenus(QObject):
    """Opens menus; what is chosen in them is a signal.

    Signals
    -------
    fit_wanted, back_wanted, copy_wanted, export_wanted
        Show everything, show the present again, copy and export the figure.
    measure_wanted : x to measure from; None to stop
    branch_wanted, note_wanted, mark_wanted : row
    unmark_wanted : Marking
    epoch_lines_wanted, extremes_wanted : whether they are wanted
    event_chosen : event id
    event_menu_wanted : event id, menu to fill
    """

    fit_wanted = Signal()
    back_wanted = Signal()
    copy_wanted = Signal()
    export_wanted = Signal()
    measure_wanted = Signal(object)
    branch_wanted = Signal(int)
    note_wanted = Signal(int)
    mark_wanted = Signal(int)
    unmark_wanted = Signal(object)
    epoch_lines_wanted = Signal(bool)
    extremes_wanted = Signal(bool)
    event_chosen = Signal(str)
    event_menu_wanted = Signal(str, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent

    def _made(self) -> QMenu:
        menu = QMenu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def open_figure(self, place: Place | None, hovered: str, state: State) -> None:
        """The menu of the figure, of the x at the cursor, and of the event under it."""
        menu = self._made()
        if hovered:
            self.event_menu_wanted.emit(hovered, menu)
            menu.addSeparator()
        menu.addAction(_("Show everything"), self.fit_wanted.emit)
        if place is not None:
            menu.addAction(_("Measure from here"), partial(self.measure_wanted.emit, place.x))
            self._add_branching(menu, place, state)
            menu.addAction(_("Write a note here…"), partial(self.note_wanted.emit, place.row))
            self._add_marking(menu, place)
        if state.is_measuring:
            menu.addAction(_("Stop measuring"), partial(self.measure_wanted.emit, None))
        menu.addSeparator()
        _add_switch(menu, _("Epoch lines"), state.has_epoch_lines, self.epoch_lines_wanted.emit)
        _add_switch(menu, _("Minimum, maximum and last"), state.has_extremes, self.extremes_wanted.emit)
        menu.addSeparator()
        menu.addAction(_("Copy figure"), self.copy_wanted.emit)
        menu.addAction(_("Export figure…"), self.export_wanted.emit)
        menu.popup(QCursor.pos())

    def open_timeline(self, place: Place, state: State) -> None:
        """The menu of the timeline."""
        menu = self._made()
        self._add_branching(menu, place, state)
        if not menu.isEmpty():
            menu.popup(QCursor.pos())

    def open_labels(self, keys: Sequence[str], texts: Sequence[str]) -> None:
        """The events that one label stands for."""
        menu = self._made()
        for key, text in zip(keys, texts, strict=True):
            menu.addAction(text, partial(self.event_chosen.emit, key))
        menu.popup(QCursor.pos())

    def open_event(self, event_id: str) -> None:
        """The menu of an event."""
        menu = self._made()
        self.event_menu_wanted.emit(event_id, menu)
        menu.popup(QCursor.pos())

    def _add_branching(self, menu: QMenu, place: Place, state: State) -> None:
        if place.branch_row is not None:
            menu.addAction(_("Branch from here"), partial(self.branch_wanted.emit, place.branch_row))
        if state.is_looking_back:
            menu.addAction(_("Back to the present"), self.back_wanted.emit)

    def _add_marking(self, menu: QMenu, place: Place) -> None:
        """Marking an event here, and taking back the marks that are here."""
        menu.addAction(_("You missed one…"), partial(self.mark_wanted.emit, place.row))
        for band in place.marked:
            text = _("Remove your mark “{title}”").format(title=band.marking.text)
            menu.addAction(text, partial(self.unmark_wanted.emit, band.marking))


def _add_switch(menu: QMenu, text: str, is_on: bool, choose: Callable[[bool], None]) -> None:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(is_on)
    action.toggled.connect(choose)
