"""The context menu of an event, the same on its card, its band, its label and the headline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication, QMenu

from engine.i18n import _

Wish = Callable[[], object]


@dataclass(frozen=True)
class EventWishes:
    """What can be done with one event; None for what cannot."""

    zoom: Wish
    pin: Callable[[bool], object]
    is_pinned: bool
    text: Callable[[], str]
    markdown: Callable[[], str]
    dismiss: Wish
    prove: Wish | None = None


def fill_event_menu(menu: QMenu, wishes: EventWishes) -> None:
    """Add the actions of an event to a menu."""
    menu.addAction(_("Zoom to this event"), wishes.zoom)
    pin = menu.addAction(_("Pin"))
    pin.setCheckable(True)
    pin.setChecked(wishes.is_pinned)
    pin.triggered.connect(wishes.pin)
    if wishes.prove is not None:
        menu.addAction(_("Prove it"), wishes.prove)
    menu.addSeparator()
    menu.addAction(_("Copy as text"), lambda: QApplication.clipboard().setText(wishes.text()))
    menu.addAction(_("Copy as Markdown"), lambda: QApplication.clipboard().setText(wishes.markdown()))
    menu.addSeparator()
    menu.addAction(_("Not an event"), wishes.dismiss)
