"""Tab order: in reading order, whatever the order of creation."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QFrame, QMainWindow, QScrollArea, QToolBar, QWidget

LINE_PIXELS = 10  # controls whose centres are no further apart are on one line


def move_focus(window: QMainWindow, forward: bool) -> bool:
    """Move the focus to the next or previous control, and return whether there was one."""
    order = controls(window)
    if not order:
        return False
    now = QApplication.focusWidget()
    if now in order:
        wanted = order[(order.index(now) + (1 if forward else -1)) % len(order)]
    else:
        wanted = _first(window, order)
    wanted.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    _scroll_into_view(wanted)
    return True


def _first(window: QMainWindow, order: list[QWidget]) -> QWidget:
    """A control in the middle, where no key changes a value."""
    middle = window.centralWidget()
    return next((control for control in order if middle is not None and middle.isAncestorOf(control)), order[0])


def controls(window: QMainWindow) -> list[QWidget]:
    """The controls that can have the focus, in reading order: tool bar, left panels, middle, right panels."""
    return [control for area in _areas(window) for control in _as_read(area)]


def _areas(window: QMainWindow) -> list[QWidget]:
    bars = [bar for bar in window.findChildren(QToolBar) if bar.isVisible()]
    docks = [dock for dock in window.findChildren(QDockWidget) if dock.isVisible() and not dock.isFloating()]
    middle = window.centralWidget()
    panels: list[QWidget] = [*docks, middle] if middle is not None else [*docks]
    return [*bars, *sorted(panels, key=lambda panel: (panel.x(), panel.y()))]


def _as_read(area: QWidget) -> Iterable[QWidget]:
    """The controls of an area line by line, from left to right."""
    found = [(_place(control, area), control) for control in area.findChildren(QWidget) if _can_be_reached(control)]
    found.sort(key=lambda entry: (entry[0].y(), entry[0].x()))
    lines: list[list[tuple[QPoint, QWidget]]] = []
    for entry in found:
        if not lines or entry[0].y() - lines[-1][0][0].y() > LINE_PIXELS:
            lines.append([])
        lines[-1].append(entry)
    return [control for line in lines for _at, control in sorted(line, key=lambda entry: entry[0].x())]


def _place(control: QWidget, area: QWidget) -> QPoint:
    """Position of a control in its area, independent of scrolling."""
    # A scroll area, or a card, comes before its content.
    at = control.rect().topLeft() if isinstance(control, QFrame) else control.rect().center()
    around = control.parentWidget()
    while around is not None and around is not area:
        page = around.widget() if isinstance(around, QScrollArea) else None
        if page is not None and page.isAncestorOf(control):
            return control.mapTo(page, at) + around.mapTo(area, QPoint())
        around = around.parentWidget()
    return control.mapTo(area, at)


def _can_be_reached(control: QWidget) -> bool:
    takes_tab = bool(control.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return takes_tab and control.focusProxy() is None and control.isVisible() and control.isEnabled()


def _scroll_into_view(control: QWidget) -> None:
    around = control.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(control)
        around = around.parentWidget()
