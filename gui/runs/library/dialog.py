"""The dialog of the run library: search, open, rename, tag, annotate, delete with undo, export and import."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import N_, _, ngettext
from engine.library import Entry, LibraryError
from gui.look.controls import button, label
from gui.look.language import set_translated
from gui.runs.library.cells import CurveCells, NameCells
from gui.runs.library.desk import LibraryDesk
from gui.runs.library.model import CURVE, DATE, LAST, NAME, NOTE, ROWS, TAGS, VERDICT, LibraryEntries

LINE_HEIGHT = 32
WIDTHS = {NAME: 190, CURVE: 96, VERDICT: 130, LAST: 100, ROWS: 60, DATE: 130, TAGS: 100}
OPENING = (CURVE, VERDICT, LAST, ROWS, DATE)  # columns that a double click opens a run in; it edits the others


class LibraryDialog(QDialog):
    """A modeless dialog; a double click on what cannot be edited, or Open, opens the run in the window."""

    def __init__(self, desk: LibraryDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(960, 520)
        set_translated(self.setWindowTitle, N_("Run library"))
        self._desk = desk
        self.entries = LibraryEntries(desk.library)
        self.search, self.table, self._said = QLineEdit(), QTableView(), label(role="quiet")
        self._set_up_table()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._show_state()

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.entries)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        table.setShowGrid(False)
        table.setItemDelegateForColumn(CURVE, CurveCells(table))
        table.setItemDelegateForColumn(NAME, NameCells(self.entries, table))
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        for column, width in WIDTHS.items():
            table.setColumnWidth(column, width)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(NOTE, QHeaderView.ResizeMode.Stretch)
        set_translated(table.setAccessibleName, N_("Runs"))
        set_translated(self.search.setPlaceholderText, N_("Search names, tags and notes"))
        set_translated(self.search.setAccessibleName, N_("Search"))
        self.search.setClearButtonEnabled(True)

    def _make_buttons(self) -> None:
        self.open_it = button(N_("Open"), N_("Show the selected runs in the window"), "primary")
        self.resume = button(N_("Resume"), N_("Continue training from the last checkpoint"))
        self.delete = button(N_("Delete"), N_("Remove the selected runs from the list; this can be undone for 30 days"))
        self.undo = button(N_("Undo delete"), N_("Restore the run that was deleted last"))
        self.export = button(N_("Export…"), N_("Write the selected run as CSV, Parquet or a file for another library"))
        self.import_button = button(N_("Import…"), N_("Add a run that was exported from a library"))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for part in (self.import_button, self.export, self.delete, self.undo):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.resume)
        row.addWidget(self.open_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addWidget(self._said)
        column.addLayout(row)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.entries.search)
        self.entries.modelReset.connect(self._show_state)
        self.entries.failed.connect(self._said.setText)
        self.entries.renamed.connect(self._desk.on_renamed)
        self.table.selectionModel().selectionChanged.connect(lambda *_args: self._show_state())
        self.table.doubleClicked.connect(lambda index: self._open() if index.column() in OPENING else None)
        self._desk.changed.connect(self.entries.load)
        for part, wish in (
            (self.open_it, self._open),
            (self.resume, self._resume),
            (self.delete, self._delete),
            (self.undo, self._undo),
            (self.export, self._export),
            (self.import_button, self._import),
        ):
            part.clicked.connect(wish)

    @property
    def chosen(self) -> list[Entry]:
        """The selected runs."""
        return [self.entries.entries[index.row()] for index in self.table.selectionModel().selectedRows()]

    def _show_state(self) -> None:
        chosen = self.chosen
        for part in (self.open_it, self.delete):
            part.setEnabled(bool(chosen))
        self.export.setEnabled(len(chosen) == 1)
        self.resume.setEnabled(len(chosen) == 1 and chosen[0].is_interrupted)
        self.undo.setEnabled(self.entries.can_restore)
        count = len(self.entries.entries)
        if count:
            self._said.setText(ngettext("{n} run", "{n} runs", count).format(n=count))
        elif self.search.text():
            self._said.setText(_("No run has all of these words in its name, tags or note."))
        else:
            self._said.setText(
                _("Demo trainings are saved here as they run; opened logs are listed with their location.")
            )

    # Slots

    def _open(self) -> None:
        for entry in reversed(self.chosen):
            self._desk.open(entry.id)
        self.close()

    def _resume(self) -> None:
        for entry in self.chosen[:1]:
            self._desk.resume(entry)
        self.close()

    def _delete(self) -> None:
        ids = [entry.id for entry in self.chosen]
        deleted = [run_id for run_id in ids if self._try(lambda wanted=run_id: self._desk.library.delete(wanted))]
        if len(deleted) == len(ids):
            self.entries.load()

    def _undo(self) -> None:
        if self._try(lambda: self._desk.library.restore(self._desk.library.deleted()[0].id)):
            self.entries.load()

    def _try(self, work) -> bool:
        """Do something with the library and report a failure; return whether it succeeded."""
        try:
            work()
        except (LibraryError, OSError) as error:
            self._said.setText(str(error))
            return False
        return True

    def _export(self) -> None:
        entry = self.chosen[0]
        kinds = f"{_('Run of a library')} (*.overshoot);;CSV (*.csv);;Parquet (*.parquet)"
        name, _kind = QFileDialog.getSaveFileName(self, _("Export a run"), f"{entry.name}.overshoot", kinds)
        if name:
            self._try(lambda: self._desk.export(entry.id, Path(name)))

    def _import(self) -> None:
        kinds = f"{_('Run of a library')} (*.overshoot)"
        name, _kind = QFileDialog.getOpenFileName(self, _("Import a run"), "", kinds)
        if name and self._try(lambda: self._desk.import_run(Path(name))):
            self.entries.load()
