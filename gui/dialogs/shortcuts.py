"""All shortcuts on one sheet, made from the actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from engine.i18n import _
from gui.access_keys import without_access_key
from gui.actions import ENTRIES, MENUS, Entry
from gui.panels.labels import label


class Shortcuts(QDialog):
    """Two columns of menus with their keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        outer = QGridLayout(self)
        outer.setContentsMargins(24, 20, 24, 24)
        outer.setHorizontalSpacing(40)
        outer.setVerticalSpacing(16)
        menus = [menu for menu in MENUS if any(e.shortcut for e in ENTRIES if e.menu == menu)]
        for place, menu in enumerate(menus):
            outer.addLayout(_section(menu), place // 2, place % 2, Qt.AlignmentFlag.AlignTop)


def _section(menu: str) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(6)
    column.addWidget(label(without_access_key(_(menu)), "heading", wraps=False))
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    for row, entry in enumerate(e for e in ENTRIES if e.menu == menu and e.shortcut):
        grid.addWidget(label(without_access_key(_(entry.text)), wraps=False), row, 0)
        grid.addWidget(label(_keys(entry), "quiet", wraps=False), row, 1, Qt.AlignmentFlag.AlignRight)
    column.addLayout(grid)
    column.addStretch(1)
    return column


def _keys(entry: Entry) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(text).toString(native) for text in entry.shortcut.split())
