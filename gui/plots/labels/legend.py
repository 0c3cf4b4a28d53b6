"""The legend of an overlay above the plots, where runs can be hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from engine.i18n import _, ngettext, number

LONGEST_NAME = 28


@dataclass(frozen=True)
class LegendEntry:
    """A run in the legend."""

    run_id: str
    name: str
    colour: str
    is_hidden: bool = False
    is_active: bool = False


class RunLegend(QWidget):
    """A line of buttons; runs that do not fit are in a menu at its end."""

    hiding_changed = Signal(str, bool)  # run id, is hidden

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: Sequence[LegendEntry] = ()
        self._buttons: list[QToolButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 0)
        self._row.setSpacing(4)
        self._more = QToolButton()
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(_("Legend of the runs"))
        self.hide()

    def minimumSizeHint(self) -> QSize:
        return QSize(100, super().minimumSizeHint().height())

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """List runs; hidden for fewer than two."""
        if tuple(entries) == tuple(self._entries):
            return
        self._entries = tuple(entries)
        self._fill()
        self.setVisible(len(entries) > 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fill(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and widget is not self._more:
                widget.hide()
                widget.deleteLater()
        # No window has room for more, and two hundred buttons would be slow.
        self._buttons = [self._button(entry) for entry in self._entries[:40]]
        for button in (*self._buttons, self._more):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._fit()

    def _button(self, entry: LegendEntry) -> QToolButton:
        button = QToolButton()
        button.setCheckable(True)
        button.setChecked(not entry.is_hidden)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIcon(swatch(entry.colour, entry.is_hidden))
        name = entry.name if len(entry.name) <= LONGEST_NAME else entry.name[: LONGEST_NAME - 1] + "…"
        # A single & would underline the next letter.
        button.setText(name.replace("&", "&&"))
        if entry.is_active:
            font = button.font()
            font.setBold(True)
            button.setFont(font)
        button.setAccessibleName(_("Curves of {name}").format(name=entry.name))
        button.toggled.connect(lambda is_shown: self.hiding_changed.emit(entry.run_id, not is_shown))
        return button

    def _fit(self) -> None:
        more_width = self._more.sizeHint().width() + 60
        room = self.width() - 16
        widths = [button.sizeHint().width() + 4 for button in self._buttons]
        fitting = 0
        while fitting < len(widths) and sum(widths[: fitting + 1]) + more_width * (
            fitting + 1 < len(self._entries)
        ) <= max(room, 0):
            fitting += 1
        for index, button in enumerate(self._buttons):
            button.setVisible(index < fitting)
        rest = self._entries[fitting:]
        self._more.setVisible(bool(rest))
        if rest:
            text = ngettext("{count} more", "{count} more", len(rest))
            self._more.setText(text.format(count=number(len(rest))))
            self._more.setMenu(self._menu(rest))

    def _menu(self, entries: Sequence[LegendEntry]) -> QMenu:
        menu = QMenu(self._more)
        for entry in entries:
            action = QAction(swatch(entry.colour, entry.is_hidden), entry.name.replace("&", "&&"), menu)
            action.setCheckable(True)
            action.setChecked(not entry.is_hidden)
            run_id = entry.run_id
            action.toggled.connect(lambda is_shown, run_id=run_id: self.hiding_changed.emit(run_id, not is_shown))
            menu.addAction(action)
        return menu


def swatch(colour: str, is_hollow: bool) -> QIcon:
    """An icon with a dot of a colour, hollow for a hidden run."""
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else QColor(colour))
    painter.drawEllipse(5, 5, 14, 14)
    painter.end()
    return QIcon(pixmap)
