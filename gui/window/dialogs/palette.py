"""The command palette: one field that finds every action, column, event, run, demo, knob and recent file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from engine.i18n import N_, _
from gui.look.controls import label
from gui.look.language import set_translated

MOST = 60
LINE_HEIGHT = 28
SIZE = 560, 400
TOP = 72  # pixels below the window's upper edge
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


class Palette(QDialog):
    """Opens over the upper part of the window; Return does what is chosen, Escape closes it."""

    def __init__(self, entries: Sequence[Found], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = list(entries)
        self._matching: list[Found] = []
        self._was_active = False
        self.field, self.list = QLineEdit(), QListWidget()
        self._none = label(_("Nothing found"), "quiet")
        self._none.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_translated(self.setWindowTitle, N_("Find anything"))
        self.field.setPlaceholderText(_("Find an action, column, event, run or knob"))
        self.field.setAccessibleName(_("Find anything"))
        self.list.setAccessibleName(_("Found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        for part in (self.field, self.list, self._none):
            column.addWidget(part)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._do())
        self.resize(min(SIZE[0], parent.width() - 32), min(SIZE[1], parent.height() - TOP - 16))
        self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, TOP)))
        self._search("")
        self.field.setFocus()

    def _search(self, text: str) -> None:
        self._matching = matching(text, self._entries)
        self.list.clear()
        for entry in self._matching:
            item = QListWidgetItem(f"{entry.text}    ·  {entry.kind}")
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
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self._was_active and not self.isActiveWindow():
            self.close()
        self._was_active = self.isActiveWindow()

    def _do(self) -> None:
        row = self.list.currentRow()
        if not 0 <= row < len(self._matching):
            return
        chosen = self._matching[row]
        self.close()
        chosen.act()
