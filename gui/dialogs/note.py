"""Write a note at a place of a curve."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.diagnosis.places import label as place_label
from engine.i18n import N_, _
from engine.run import Run
from gui.panels.labels import button, label


class NoteDialog(QDialog):
    """Asks for the text.

    Signals
    -------
    written : the text; empty when the note is to go away
    """

    written = Signal(str)

    def __init__(self, run: Run, row: int, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Note"))
        self.resize(420, 200)
        self.text = QPlainTextEdit(text)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("Note"))
        self.text.selectAll()
        self.save = button(N_("Save"), "", "primary")
        self.save.setDefault(True)
        self.remove = button(N_("Delete"))
        self.remove.setVisible(bool(text))
        cancel = button(N_("Cancel"))
        for part, answer in ((self.save, self._save), (self.remove, self._remove), (cancel, self.reject)):
            part.clicked.connect(answer)
        # Return begins a new line in the text.
        QShortcut(QKeySequence("Ctrl+Return"), self, self._save)
        row_of_buttons = QHBoxLayout()
        row_of_buttons.setSpacing(8)
        row_of_buttons.addWidget(self.remove)
        row_of_buttons.addStretch(1)
        row_of_buttons.addWidget(cancel)
        row_of_buttons.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(label(f"{run.name} · {place_label(run, row)}", "quiet"))
        column.addWidget(self.text, 1)
        column.addLayout(row_of_buttons)

    def _save(self) -> None:
        self.written.emit(self.text.toPlainText())
        self.accept()

    def _remove(self) -> None:
        self.written.emit("")
        self.accept()
