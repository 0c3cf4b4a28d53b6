"""The sheet of shortcuts, generated from the actions, and of the mouse's functions on the plots."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from engine.i18n import N_, _
from gui.look.controls import label
from gui.shell.access_keys import without_access_key
from gui.shell.actions import ENTRIES, MENUS

# What the plots respond to: effect, keys that Qt can name, and mouse action.
ON_PLOTS = (
    (N_("Zoom in or out"), "+ -", N_("Wheel")),
    (N_("Zoom the y axis"), "", N_("Ctrl and wheel")),
    (N_("Move along x"), "Ctrl+Left Ctrl+Right", N_("Drag")),
    (N_("Zoom to a range"), "", N_("Shift and drag")),
    (N_("Show everything"), "F", N_("Double click")),
    (N_("Context menu"), "", N_("Right click")),
)


class Shortcuts(QDialog):
    """Two columns of menus with their shortcuts, and the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        outer = QGridLayout(self)
        outer.setContentsMargins(24, 20, 24, 24)
        outer.setHorizontalSpacing(40)
        columns = [QVBoxLayout(), QVBoxLayout()]
        for place, column in enumerate(columns):
            column.setSpacing(16)
            outer.addLayout(column, 0, place, Qt.AlignmentFlag.AlignTop)
        for title, lines in _sections():
            shortest = min(columns, key=lambda column: column.sizeHint().height())
            shortest.addLayout(_section(title, lines))


def _sections() -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Titles with their lines of effect and key."""
    for menu in MENUS:
        lines = [(without_access_key(_(e.text)), _keys(e.shortcut)) for e in ENTRIES if e.menu == menu and e.shortcut]
        if lines:
            yield without_access_key(_(menu)), lines
    yield _("On the plots"), [(_(what), _how(keys, mouse)) for what, keys, mouse in ON_PLOTS]


def _how(keys: str, mouse: str) -> str:
    return ", ".join(part for part in (_keys(keys), _(mouse)) if part)


def _section(title: str, lines: list[tuple[str, str]]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(label(title, "heading", wraps=False))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, (what, how) in enumerate(lines):
        grid.addWidget(label(what, wraps=False), row, 0)
        grid.addWidget(label(how, "quiet", wraps=False), row, 1, Qt.AlignmentFlag.AlignRight)
    column.addLayout(grid)
    return column


def _keys(shortcut: str) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(text).toString(native) for text in shortcut.split())
