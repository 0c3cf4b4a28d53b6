"""How a log is read, when the program's own guess is not right: the first lines, and a choice for each question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.i18n import _
from engine.logs.errors import LogError
from engine.logs.options import ROW, ReadOptions
from engine.series import Role, role_of
from gui.models.log_preview import LogPreview, preview
from gui.panels.labels import label

Choice = tuple[str, object]
LINE_HEIGHT = 24


class ImportLog(QDialog):
    """Shows what a file holds with the choices made, and gives them as `options` when accepted."""

    def __init__(self, path: Path, choices: ReadOptions | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Import {name}").format(name=path.name))
        self.resize(880, 560)
        self._path = path
        self._found = LogPreview(None, (), (), ())
        self._chosen_losses: tuple[str, ...] | None = None
        self._make_choices(choices or ReadOptions())
        self._lay_out()
        self._look()
        self._restore(choices or ReadOptions())

    def _make_choices(self, start: ReadOptions) -> None:
        yes_no: list[Choice] = [(_("Automatic"), None), (_("Yes"), True), (_("No"), False)]
        delimiters: list[Choice] = [
            (_("Automatic"), None),
            (_("Comma"), ","),
            (_("Semicolon"), ";"),
            (_("Tab"), "\t"),
            (_("Blanks"), " "),
            (_("Bar"), "|"),
        ]
        self._delimiter = self._combo(_("Delimiter"), delimiters, start.delimiter)
        self._header = self._combo(_("First line names the columns"), yes_no, start.has_header)
        self._comma = self._combo(_("Decimal comma"), yes_no, start.has_decimal_comma)
        for combo in (self._delimiter, self._header, self._comma):
            combo.activated.connect(self._look)
        self._x = self._combo(_("x axis"), [], None)
        self._partner = self._combo(_("Training loss beside validation"), [], None)
        self._losses = QListWidget()
        self._losses.setAccessibleName(_("Loss columns"))
        self._table = QTableWidget()
        self._table.setAccessibleName(_("First lines of the file"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.verticalHeader().hide()
        self._table.verticalHeader().setDefaultSectionSize(LINE_HEIGHT)
        self._table.setShowGrid(False)
        self._table.setProperty("role", "preview")
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._wrong = label(role="error")
        self._wrong.hide()

    @staticmethod
    def _combo(name: str, choices: list[Choice], current: object) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        for text, value in choices:
            combo.addItem(text, value)
        combo.setCurrentIndex(max(0, combo.findData(current)))
        combo.setMinimumWidth(combo.sizeHint().width())
        return combo

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        for combo in (self._delimiter, self._header, self._comma, self._x, self._partner):
            form.addRow(label(combo.accessibleName()), combo)
        side = QVBoxLayout()
        side.addLayout(form)
        side.addSpacing(8)
        side.addWidget(label(_("Loss columns"), "heading"))
        side.addWidget(self._losses, 1)
        left = QWidget()
        left.setMinimumWidth(320)
        left.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        left.setLayout(side)
        side.setContentsMargins(0, 0, 0, 0)
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
        column.addLayout(middle, 1)
        column.addWidget(self._wrong)
        column.addWidget(self._buttons)

    def _restore(self, choices: ReadOptions) -> None:
        self._x.setCurrentIndex(max(0, self._x.findData(choices.x)))
        if choices.columns is not None:
            for item in self._items():
                item.setCheckState(_check(item.text() in choices.columns))
        if choices.pairs:
            self._partner.setCurrentIndex(max(0, self._partner.findData(choices.pairs[0][1])))

    def _look(self) -> None:
        """Read the first lines with the choices as they stand."""
        try:
            self._found = preview(self._path, self._dialect_options())
        except LogError as error:
            self._wrong.setText(str(error))
            self._wrong.show()
            self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(False)
            return
        self._wrong.hide()
        self._buttons.button(QDialogButtonBox.StandardButton.Open).setEnabled(True)
        self._show_table()
        self._show_columns()

    def _dialect_options(self) -> ReadOptions:
        return ReadOptions(
            delimiter=self._delimiter.currentData(),
            has_header=self._header.currentData(),
            has_decimal_comma=self._comma.currentData(),
        )

    def _show_table(self) -> None:
        found, table = self._found, self._table
        width = max([len(found.names), *(len(row) for row in found.rows)], default=0)
        table.clear()
        table.setRowCount(len(found.rows))
        table.setColumnCount(width)
        table.setHorizontalHeaderLabels(list(found.names) or [_("Text")] * width)
        for y, row in enumerate(found.rows):
            for x, text in enumerate(row):
                table.setItem(y, x, QTableWidgetItem(text))
        table.resizeColumnsToContents()

    def _show_columns(self) -> None:
        names = self._found.names
        kept = self._x.currentData()
        self._refill(self._x, [(_("Automatic"), None), (_("Row number"), ROW), *((n, n) for n in names)], kept)
        training = [name for name in names if role_of(name) is Role.TRAINING]
        by_name: Choice = (_("By their names"), None)
        self._refill(self._partner, [by_name, *((n, n) for n in training)], self._partner.currentData())
        self._losses.clear()
        for name in names:
            item = QListWidgetItem(name)
            item.setSizeHint(QSize(0, LINE_HEIGHT))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_check(name in self._found.losses))
            self._losses.addItem(item)

    @staticmethod
    def _refill(combo: QComboBox, choices: list[Choice], current: object) -> None:
        combo.clear()
        for text, value in choices:
            combo.addItem(text, value)
        combo.setCurrentIndex(max(0, combo.findData(current)))

    def _items(self) -> list[QListWidgetItem]:
        return [self._losses.item(row) for row in range(self._losses.count())]

    @property
    def options(self) -> ReadOptions:
        """The choices made; what was left as found is left to the reader."""
        checked = tuple(item.text() for item in self._items() if item.checkState() is Qt.CheckState.Checked)
        partner = self._partner.currentData()
        pairs = tuple((name, partner) for name in checked if partner and role_of(name) is Role.VALIDATION)
        dialect = self._dialect_options()
        return ReadOptions(
            delimiter=dialect.delimiter,
            has_header=dialect.has_header,
            has_decimal_comma=dialect.has_decimal_comma,
            x=self._x.currentData(),
            columns=checked if checked and checked != self._found.losses else None,
            pairs=pairs,
        )


def _check(is_checked: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if is_checked else Qt.CheckState.Unchecked
