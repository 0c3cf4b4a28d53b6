"""Bars above the plots for messages and progress; they take no focus."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QToolButton, QWidget

from engine.i18n import N_
from gui.look.controls import button, label, selectable
from gui.look.icons import icon
from gui.look.language import set_translated


class Notice(QFrame):
    """A message that stays until it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._text = selectable(label())
        self._close = QToolButton()
        set_translated(self._close.setToolTip, N_("Close"))
        self._close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.apply_current_theme()
        self.hide()

    @property
    def text(self) -> str:
        """The message shown; empty when closed."""
        return "" if self.isHidden() else self._text.text()

    def show_message(self, text: str) -> None:
        """Show a message, below the one that is still open."""
        self._text.setText(f"{self.text}\n{text}" if self.text and text not in self.text else text)
        self.show()

    def apply_current_theme(self) -> None:
        self._close.setIcon(icon("close"))


class Busy(QFrame):
    """A progress bar with a description and a Cancel button."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._text = label(wraps=False)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        cancel = button(N_("Cancel"))
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(12)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(cancel)
        self.hide()

    def show_progress(self, text: str, share: float) -> None:
        """Show a description and the share done, 0 to 1; 0 shows an indeterminate bar."""
        self._text.setText(text)
        self._bar.setRange(0, 1000 if share > 0 else 0)
        self._bar.setValue(round(1000 * share))
        self.show()
