"""The command palette: one field that finds every action, column, event, run, demo, knob and recent file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import N_, _
from gui.look.controls import label
from gui.look.language import set_translated
from gui.look.theme import current_theme
from gui.runs.table.cells import NamesInRoom

MOST = 60
LINE_HEIGHT = 28
SIZE = 560, 400
TOP = 72  # pixels below the window's upper edge
KIND = Qt.ItemDataRole.UserRole
GAP = 12
MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


@dataclass(frozen=True)
class Found:
    """Something that the palette can do: its name, what kind of thing it is, and what happens."""

    text: str
    kind: str
    act: Callable[[], object]
    also: str = ""  # further words that find it


def rank(query: str, entry: Found) -> float | None:
    """How well an entry fits, smaller is better; None if it does not.

    Every word has to occur in it. A text that begins with the first word comes first, then one with a word that does;
    shorter texts come before longer ones.

    Examples
    --------
    >>> plot = Found("Plot Sharpness", "Column", print)
    >>> rank("sharp", plot) < rank("harp", plot), rank("sharp loss", plot)
    (True, None)
    """
    text = entry.text.casefold()
    whole = f"{text} {entry.kind.casefold()} {entry.also.casefold()}"
    score = 0.0
    for word in query.casefold().split():
        if word not in whole:
            return None
        if text.startswith(word):
            continue
        score += 1.0 if f" {word}" in text else 2.0 if word in text else 3.0
    return score + len(text) / 1000


def matching(query: str, entries: Sequence[Found]) -> list[Found]:
    """The entries that fit, the best first; all of them for an empty query."""
    if not query.strip():
        return list(entries[:MOST])
    ranked = [(fit, place) for place, entry in enumerate(entries) if (fit := rank(query, entry)) is not None]
    return [entries[place] for _fit, place in sorted(ranked)[:MOST]]


class Palette(QFrame):
    """Opens over the upper part of the window; Return does what is chosen, Escape closes it.

    It is a part of the window, so that what is typed right after the shortcut arrives in it.
    """

    def __init__(self, entries: Sequence[Found], parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = list(entries)
        self._matching: list[Found] = []
        self._before = QApplication.focusWidget()
        self.field, self.list = QLineEdit(), QListWidget()
        self._none = label(_("Nothing found"), "quiet")
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_translated(self.setAccessibleName, N_("Find anything"))
        self.field.setPlaceholderText(_("Find an action, column, event, run or knob"))
        self.field.setAccessibleName(_("Find anything"))
        self.list.setAccessibleName(_("Found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cells = KindAside(self.list)
        self.list.setItemDelegate(self._cells)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for part in (self.field, self.list, self._none):
            column.addWidget(part)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._do())
        self.resize(min(SIZE[0], parent.width() - 32), min(SIZE[1], parent.height() - TOP - 16))
        self.move((parent.width() - self.width()) // 2, TOP)
        self._search("")

    def open(self) -> None:
        """Show it and take the keyboard."""
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _search(self, text: str) -> None:
        self._matching = matching(text, self._entries)
        self._cells.tell_apart(self._matching)
        self.list.clear()
        for entry in self._matching:
            item = QListWidgetItem(entry.text)
            item.setData(KIND, entry.kind)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.text}, {entry.kind}")
            item.setToolTip(entry.text)
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._matching))
        self._none.setVisible(not self._matching)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
            if event.key() in MOVING:
                self.list.keyPressEvent(event)
                return True
        if watched is self.field and event.type() is QEvent.Type.FocusOut:
            self._leave()
        return super().eventFilter(watched, event)

    def _leave(self) -> None:
        """Close when the keyboard goes elsewhere, but for a menu of the field."""
        if QApplication.activePopupWidget() is None:
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._give_back()
            self.close()
        else:
            event.accept()  # a key that found no use in the field is none for the curves

    def _give_back(self) -> None:
        """Give the keyboard to what had it before."""
        if self._before is not None and shiboken6.isValid(self._before):
            self._before.setFocus()

    def _do(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._matching):
            return
        chosen = self._matching[row]
        self._give_back()
        self.close()
        chosen.act()


class KindAside(QStyledItemDelegate):
    """Paints the kind of an entry at the right end of its line, and what tells it from others of its kind."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts: dict[str, tuple[NamesInRoom, dict[str, str]]] = {}

    def tell_apart(self, entries: Sequence[Found]) -> None:
        """Show these entries."""
        self._texts = {}
        for entry in entries:
            _names, texts = self._texts.setdefault(entry.kind, (NamesInRoom(), {}))
            texts[entry.text] = entry.text

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        kind = str(index.data(KIND) or "")
        shown = QStyleOptionViewItem(option)
        self.initStyleOption(shown, index)
        room = shown.rect.adjusted(0, 0, -GAP, 0)
        width = shown.fontMetrics.horizontalAdvance(kind)
        names, texts = self._texts[kind]
        shown.text = names.shown(str(index.data()), texts, room.width() - width - 3 * GAP, shown)
        style = shown.widget.style() if shown.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, shown, painter, shown.widget)
        painter.setPen(QColor(current_theme().text_quiet))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, kind)
