"""The menu that opens on a plot."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu

from engine.i18n import _

if TYPE_CHECKING:
    from gui.plots.stack import PlotStack


def open_menu(stack: PlotStack, cursor: float | None, row: int | None, is_measuring: bool) -> QMenu:
    """Show what can be done with the figure, and at the x under the cursor."""
    menu = QMenu(stack)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.addAction(_("Show everything"), stack.fit)
    if cursor is not None and row is not None:
        menu.addAction(_("Measure from here"), partial(stack.measure_from, cursor))
        menu.addAction(_("Write a note here…"), partial(stack.note_wanted.emit, row))
    if is_measuring:
        menu.addAction(_("Stop measuring"), partial(stack.measure_from, None))
    menu.addSeparator()
    _add_switch(menu, _("Epoch lines"), stack.has_epoch_lines, stack.set_epoch_lines)
    _add_switch(menu, _("Minimum, maximum and last"), stack.has_extremes, stack.set_extremes)
    menu.addSeparator()
    menu.addAction(_("Copy figure"), stack.copy_image)
    menu.addAction(_("Export figure…"), stack.export_wanted.emit)
    menu.popup(QCursor.pos())
    return menu


def _add_switch(menu: QMenu, text: str, is_on: bool, choose: Callable[[bool], None]) -> None:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(is_on)
    action.toggled.connect(choose)
