"""The import dialog: a preview of a log, and a choice for each question that the program may have got wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.i18n import _, ngettext, number
from engine.logs import LogError, ReadOptions
from engine.logs.options import ROW, Derive, Restarts
from engine.logs.previewing import Preview, first_lines, preview
from engine.series import Role, role_of
from gui.look.controls import label
from gui.runs.logs.import_parts import Choice, ColumnList, FirstRows, choices_of, combo, refill

SIDE_WIDTH = 360


class ImportLog(QDialog):
    """Previews a file with the choices made; `options` has them after the dialog was accepted."""

    def __init__(self, path: Path, choices: ReadOptions | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Import {name}").format(name=path.name))
        self.resize(940, 620)
        self._path = path
        self._found: Preview | None = None
        self._make_choices(choices or ReadOptions())
        self._lay_out()
        self._preview()
        self._restore(choices or ReadOptions())

    def _make_choices(self, start: ReadOptions) -> None:
        offered = choices_of()
        self._format = combo(_("Format"), offered.formats, start.format)
        self._delimiter = combo(_("Delimiter"), offered.delimiters, start.delimiter)
        self._header = combo(_("First line has column names"), offered.yes_no, start.has_header)
        self._comma = combo(_("Decimal comma"), offered.yes_no, start.has_decimal_comma)
        self._x = combo(_("x axis"), [], None)
        self._partner = combo(_("Training loss beside validation"), [], None)
        self._restarts = combo(_("Where steps restart"), offered.restarts, start.restarts)
        self._derive = combo(_("Losses are"), offered.derived, start.derive)
        for part in (self._format, self._delimiter, self._header, self._comma):
            part.activated.connect(self._preview)
        for part in (self._x, self._partner, self._restarts, self._derive):
            part.activated.connect(self._check)
        self._losses = ColumnList(_("Loss columns"))
        self._losses.ticked.connect(self._check)
        self._losses.named.connect(self._name)
        self._names = dict(start.names)  # by the column's name in the file
        self._table = FirstRows(_("First lines of the file"))
        self._table.horizontalHeader().sectionDoubleClicked.connect(self._losses.name)
        self._understood, self._guessed, self._wrong = label(role="quiet"), label(), label(role="error")
        self._wrong.hide()

    def _lay_out(self) -> None:
        form = QGridLayout()  # a form would break names before their column ends, and cut the third line
        form.setVerticalSpacing(6)
        form.setColumnStretch(0, 4)
        form.setColumnStretch(1, 5)
        self._dialect = (self._delimiter, self._header, self._comma)
        boxes = (self._format, *self._dialect, self._x, self._partner, self._restarts, self._derive)
        for row, box in enumerate(boxes):
            name = label(box.accessibleName())
            name.setBuddy(box)
            form.addWidget(name, row, 0)
            form.addWidget(box, row, 1)
        left = QWidget()
        left.setFixedWidth(SIDE_WIDTH)
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.addLayout(form)
        side.addSpacing(8)
        side.addWidget(label(_("Loss columns"), "heading"))
        side.addWidget(self._losses, 1)
        side.addWidget(label(_("Double-click a column, or press F2, to give it a name of your own"), "quiet"))
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(left)
        middle.addWidget(self._table, 1)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Open | QDialogButtonBox.StandardButton.Cancel)
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setProperty("role", "primary")
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for part in (self._understood, self._guessed, self._wrong):
            column.addWidget(part)
        column.insertLayout(2, middle, 1)
        column.addWidget(self._buttons)

    def _restore(self, choices: ReadOptions) -> None:
        self._x.setCurrentIndex(max(0, self._x.findData(choices.x)))
        if choices.columns is not None:
            self._losses.check(choices.columns)
        if choices.pairs:
            self._partner.setCurrentIndex(max(0, self._partner.findData(choices.pairs[0][1])))
        self._check()

    # Preview

    def _preview(self) -> None:
        """Preview the start of the file with the chosen dialect, and list the columns found."""
        self._found = self._read(self._dialect_options())
        if self._found is None:
            self._table.show_rows([], (), first_lines(self._path))
            return
        found = self._found
        names = [column.name for column in found.columns]
        self._table.show_rows(names, found.rows, found.first_lines)
        kept = self._x.currentData()
        refill(self._x, [(_("Automatic"), None), (_("Row number"), ROW), *((n, n) for n in names)], kept)
        training = [name for name in names if role_of(name) is Role.TRAINING]
        by_name: Choice = (_("By their names"), None)
        refill(self._partner, [by_name, *((n, n) for n in training)], self._partner.currentData())
        self._losses.show_columns(names, [column.name for column in found.columns if column.is_loss])
        for part in self._dialect:
            part.setEnabled(found.delimiter is not None)
        self._show_preview(found)

    def _check(self) -> None:
        """Preview the file with all choices."""
        if self._found is not None and (found := self._read(self.options)) is not None:
            self._show_preview(found)

    def _read(self, options: ReadOptions) -> Preview | None:
        try:
            found = preview(self._path, options)
        except LogError as error:
            self._show_error(str(error))
            return None
        self._show_error(found.error)
        return found

    def _show_error(self, text: str) -> None:
        self._wrong.setText(text)
        self._wrong.setVisible(bool(text))
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(not text)

    def _show_preview(self, found: Preview) -> None:
        parts = [_("Read as {format}").format(format=found.title), _rows(found)]
        if found.runs:
            parts.append(ngettext("{n} run", "{n} runs", found.runs).format(n=number(found.runs)))
        if found.restarts:
            text = ngettext("steps restart {n} time", "steps restart {n} times", found.restarts)
            parts.append(text.format(n=number(found.restarts)))
        self._understood.setText(" · ".join(parts))
        self._guessed.setText("\n".join(warning.text for warning in found.warnings))
        self._guessed.setVisible(bool(found.warnings))

    def _name(self, before: str, now: str) -> None:
        """Give a column a name; an empty one is that in the file again."""
        in_file = next((name for name, own in self._names.items() if own == before), before)
        now = now or in_file
        if any(item.text() == now for item in self._losses.items_()) and now != before:
            self._wrong.setText(_("two columns cannot both be called “{name}”").format(name=now))
            self._wrong.show()
            return
        self._names.pop(in_file, None)
        if now != in_file:
            self._names[in_file] = now
        for box in (self._x, self._partner):
            if box.currentData() == before:
                box.setItemData(box.currentIndex(), now)
        ticked = tuple(now if name == before else name for name in self._losses.checked)
        is_by_hand = self._losses.checked != self._losses.found
        # Once the list's editor has closed, since the list is filled anew.
        QTimer.singleShot(0, self, lambda: self._show_named(ticked if is_by_hand else None))

    def _show_named(self, ticked: Sequence[str] | None) -> None:
        """Preview the file with its columns' names; `ticked` are the losses if they were chosen by hand."""
        self._preview()
        if ticked is not None:
            self._losses.check(ticked)
        self._check()

    # Choices

    def _dialect_options(self) -> ReadOptions:
        return ReadOptions(
            format=self._format.currentData(),
            delimiter=self._delimiter.currentData(),
            has_header=self._header.currentData(),
            has_decimal_comma=self._comma.currentData(),
            names=tuple(self._names.items()),
        )

    @property
    def options(self) -> ReadOptions:
        """The choices made; what was left as detected is left to the reader."""
        checked, partner = self._losses.checked, self._partner.currentData()
        dialect = self._dialect_options()
        return ReadOptions(
            format=dialect.format,
            delimiter=dialect.delimiter,
            has_header=dialect.has_header,
            has_decimal_comma=dialect.has_decimal_comma,
            x=self._x.currentData(),
            columns=checked if checked and checked != self._losses.found else None,
            pairs=tuple((name, partner) for name in checked if partner and role_of(name) is Role.VALIDATION),
            restarts=Restarts(self._restarts.currentData()),
            derive=Derive(self._derive.currentData()),
            names=self._used_names,
        )

    @property
    def _used_names(self) -> tuple[tuple[str, str], ...]:
        """Without those for columns that a file read in this way does not have."""
        shown = {item.text() for item in self._losses.items_()}
        return tuple((name, own) for name, own in self._names.items() if own in shown)


def _rows(found: Preview) -> str:
    count = ngettext("{n} row", "{n} rows", found.row_count).format(n=number(found.row_count))
    return _("{rows} in the part examined").format(rows=count) if found.is_cut else count
