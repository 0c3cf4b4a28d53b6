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

TITLE_LINES = 2  # that a section's title and the room before it take

Section = tuple[str, list[tuple[str, str]]]  # title, and lines of effect and key


class Shortcuts(QDialog):
    """Two columns of menus with their shortcuts, and the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Keyboard shortcuts"))
        outer = QGridLayout(self)
        outer.setContentsMargins(24, 20, 24, 24)
        outer.setHorizontalSpacing(40)
        for place, sections in enumerate(_columns(list(_sections()))):
            column = QVBoxLayout()
            column.setSpacing(16)
            outer.addLayout(column, 0, place, Qt.AlignmentFlag.AlignTop)
            for title, lines in sections:
                column.addLayout(_section(title, lines))


def _columns(sections: list[Section]) -> list[list[Section]]:
    """The sections in two columns of about the same height, each in the order of the menus."""
    heights = [len(lines) + TITLE_LINES for _title, lines in sections]
    columns: list[list[int]] = [[], []]
    for at in sorted(range(len(sections)), key=lambda at: -heights[at]):
        min(columns, key=lambda column: sum(heights[other] for other in column)).append(at)
    return [[sections[at] for at in column] for column in sorted(map(sorted, columns))]


def _sections() -> Iterable[Section]:
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
