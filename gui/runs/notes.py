"""Notes on the curves: written at a row, shown on the active run, stored in the library."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.diagnosis.places import label as place_label
from engine.i18n import N_, _
from engine.library import LibraryError
from engine.run import Run
from gui.look.controls import button, label
from gui.plots.stack import PlotStack
from gui.runs.document import Runs
from gui.runs.library.desk import LibraryDesk


class NoteDialog(QDialog):
    """Asks for the text of a note.

    Signals
    -------
    written : the text; empty to delete the note
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
        # Return starts a new line in the text.
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


NEAR = 0.01  # of the range in view: a note this close is edited instead of a new one


class NotesDesk(QObject):
    """Keeps the notes on the open runs.

    Signals
    -------
    message_ready : a message for the user
    """

    message_ready = Signal(str)

    def __init__(self, stack: PlotStack, runs: Runs, library: LibraryDesk, window: QWidget) -> None:
        super().__init__(window)
        self._stack, self._runs, self._library, self._window = stack, runs, library, window
        self._view: tuple[float, float] | None = None
        stack.note_wanted.connect(self.ask)
        stack.range_changed.connect(self._on_range_changed)
        runs.changed.connect(self._load_notes)

    def of(self, run: Run) -> Mapping[int, str]:
        """The notes on a run, loaded on first use: row to text."""
        known = self._runs.notes(run)
        if known is None:
            known = self._library.notes(run.id)
            self._runs.set_notes(run, known)
        return known

    def _load_notes(self) -> None:
        if self._runs.active is not None:
            self.of(self._runs.active.run)

    def ask(self, row: int) -> None:
        """Let the user write a note at a row of the active run, or edit the one close by."""
        from gui.runs.notes import NoteDialog

        active = self._runs.active
        if active is None:
            return
        run = active.run
        at = self._near(run, row)
        dialog = NoteDialog(run, at, self.of(run).get(at, ""), self._window)
        dialog.written.connect(lambda text: self.write(run, at, text))
        dialog.open()

    def write(self, run: Run, row: int, text: str) -> None:
        """Store a note; an empty one is deleted."""
        notes = dict(self.of(run))
        notes.pop(row, None)
        if text.strip():
            notes[row] = text.strip()
        self._runs.set_notes(run, notes)
        try:
            self._library.keep_notes(run.id, notes)
        except LibraryError as error:
            self.message_ready.emit(str(error))

    def _on_range_changed(self, left: float, right: float) -> None:
        self._view = left, right

    def _near(self, run: Run, row: int) -> int:
        notes = self.of(run)
        if not notes or row in notes:
            return row
        x = {at: run.x_at(at) for at in (*notes, row)}
        nearest = min(notes, key=lambda at: abs(x[at] - x[row]))
        is_near = abs(x[nearest] - x[row]) <= NEAR * self._width(run)
        return nearest if is_near else row

    def _width(self, run: Run) -> float:
        """Width of the range in view if its x is the run's own, else 0."""
        if self._view is not None and self._stack.x_column == (run.x or "row"):
            return self._view[1] - self._view[0]
        return 0.0
