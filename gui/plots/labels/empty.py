"""Hint on an empty stack: what will be shown, and how to start."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from engine.i18n import _
from gui.look.theme import Theme

WIDEST = 440


class EmptyHint(QWidget):
    """A centred title and sentence; transparent to the mouse, so that files can be dropped."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._text = QLabel(), QLabel()
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            label.setMaximumWidth(WIDEST)
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        font = self._title.font()
        font.setPointSizeF(font.pointSizeF() * 1.3)
        font.setWeight(font.Weight.DemiBold)
        self._title.setFont(font)

    def show_state(self, has_runs: bool) -> None:
        """Show how to start or, if there are runs, that the first row is awaited."""
        if has_runs:
            self._title.setText(_("Waiting for the first step"))
            self._text.setText(_("The curves appear here as soon as there are numbers."))
        else:
            self._title.setText(_("The curves of a training appear here"))
            self._text.setText(_("Drop a CSV or another training log here, or start a demo."))

    def apply_theme(self, theme: Theme) -> None:
        self._title.setStyleSheet(f"color: {theme.text}")
        self._text.setStyleSheet(f"color: {theme.text_quiet}")
        for label in (self._title, self._text):
            label.setMinimumWidth(min(WIDEST, max(self.width() - 40, 100)))
